# Three images from one build: the silo, the gateway and a local RAIDA network (targets silo, gateway and raida).
# ASPNET_TAG=10.0-noble-chiseled gives images without a shell.
ARG ASPNET_TAG=10.0
FROM mcr.microsoft.com/dotnet/sdk:10.0 AS build
WORKDIR /source

# Packages rarely change, so the restore has its own layer.
COPY global.json Directory.Build.props Directory.Packages.props ./
COPY Raida/*.csproj Raida/packages.lock.json Raida/
COPY Raida.LocalNetwork/*.csproj Raida.LocalNetwork/packages.lock.json Raida.LocalNetwork/
COPY Grains.Interfaces/*.csproj Grains.Interfaces/packages.lock.json Grains.Interfaces/
COPY Grains/*.csproj Grains/packages.lock.json Grains/
COPY ServiceDefaults/*.csproj ServiceDefaults/packages.lock.json ServiceDefaults/
COPY Gateway/*.csproj Gateway/packages.lock.json Gateway/
COPY Silo/*.csproj Silo/packages.lock.json Silo/
RUN dotnet restore Silo/Silo.csproj --locked-mode

COPY . .
RUN dotnet publish Silo -c Release --no-restore -p:UseAppHost=false -o /out/silo \
 && dotnet publish Gateway -c Release --no-restore -p:UseAppHost=false -o /out/gateway \
 && dotnet publish Raida.LocalNetwork -c Release --no-restore -p:UseAppHost=false -o /out/raida \
 && mkdir /out/keys

# A port above 1024, no diagnostic socket and no file watcher: the programs run unprivileged on a read-only file system. 1654 is the base
# image's user "app"; as a number it shows that it is not root.
FROM mcr.microsoft.com/dotnet/aspnet:${ASPNET_TAG} AS program
WORKDIR /app
ENV ASPNETCORE_HTTP_PORTS=8080 \
    DOTNET_EnableDiagnostics=0 \
    DOTNET_hostBuilder__reloadConfigOnChange=false
USER 1654

FROM program AS raida
COPY --from=build /out/raida .
ENTRYPOINT ["dotnet", "Raida.LocalNetwork.dll"]

FROM program AS gateway
COPY --from=build /out/gateway .
EXPOSE 8080
ENTRYPOINT ["dotnet", "Gateway.dll"]

FROM program AS silo
COPY --from=build /out/silo .
# A volume that is mounted there for the first time gets this owner and mode.
COPY --from=build --chown=1654:1654 --chmod=700 /out/keys /keys
ENTRYPOINT ["dotnet", "Silo.dll"]
