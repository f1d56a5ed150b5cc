// A worker that reads the names of coins, serial number and denomination, from coin files: results do not have the denomination. It is
// terminated afterwards, and the authenticity numbers that it parsed are gone with it.

const headerLength = 32;
const flagOffset = 15;
const coinLength = 407;
const secretsLength = 400;

addEventListener('message', async ({ data: files }) => {
  let names = [];
  try {
    for (const file of files) {
      const bytes = await file.arrayBuffer();
      names = names.concat(new Uint8Array(bytes)[0] === 9 ? readBinary(new DataView(bytes)) : readJson(bytes));
    }
    postMessage(names);
  } catch {
    // The service says what is wrong with the file; here its coins only stay without denominations.
    postMessage([]);
  }
});

function readJson(bytes) {
  const { coins, cloudcoin } = JSON.parse(new TextDecoder().decode(bytes));
  return (coins ?? cloudcoin).map(coin => ({ sn: Number(coin.sn), denomination: coin.denomination ?? 0 }));
}

function readBinary(view) {
  const step = coinLength + (view.getUint8(flagOffset) === 1 ? secretsLength : 0);
  return Array.from({ length: view.getUint16(6) }, (_, i) => {
    const offset = headerLength + i * step;
    return { sn: view.getUint32(offset + 3), denomination: view.getInt8(offset + 2) };
  });
}
