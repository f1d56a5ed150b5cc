using Raida.Protocol;

namespace Raida.Tests.Protocol;

public sealed class ResponseStatusTests
{
    [Theory]
    [InlineData(0, false)]
    [InlineData(1, true)]
    [InlineData(7, true)]
    [InlineData(8, false)]
    [InlineData(250, false)]
    [InlineData(254, false)]
    [InlineData(255, true)]
    public void Statuses_1_to_7_and_255_are_errors_in_the_header(byte status, bool expected) =>
        Assert.Equal(expected, ((ResponseStatus)status).IsHeaderError());

    [Theory]
    [InlineData(160, "status 160, too many requests")]
    [InlineData(7, "status 7, wrong coin id")]
    [InlineData(99, "status 99")]
    public void Status_is_described_by_number_and_meaning(byte status, string expected) =>
        Assert.Equal(expected, ((ResponseStatus)status).Describe());

    [Fact]
    public void Every_named_status_has_a_meaning() =>
        Assert.All(
            Enum.GetValues<ResponseStatus>(),
            status => Assert.StartsWith($"status {(byte)status}, ", status.Describe(), StringComparison.Ordinal));
}
