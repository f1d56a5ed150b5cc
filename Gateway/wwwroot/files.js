// Files that a task's result is saved as.

import { formatAmount, valueOf } from './amounts.js';
import { withDenominations } from './coins.js';
import { create } from './dom.js';

export function saveJson(task, names) {
  const data = task.data.Coins
    ? { ...task.data, Coins: withDenominations(task.data, names).map(({ sn, denomination, pownstring, result }) => ({ sn, denomination, pownstring, result })) }
    : task.data;
  // Totals are numbers in the file, too, however large they are.
  const text = JSON.stringify({ ...task, data }, (_, value) => typeof value === 'bigint' ? String(value) : value, 2)
    .replace(/"(Total\w+)": "(\d+)"/g, '"$1": $2');
  save(`${task.id}.json`, 'application/json', text);
}

export function saveCsv(task, names) {
  const rows = task.data.Coins
    ? [['sn', 'denomination', 'value', 'result', 'pownstring'], ...withDenominations(task.data, names).map(coin => [
      coin.sn,
      coin.denomination ?? '',
      coin.denomination === undefined ? '' : formatAmount(valueOf(coin.denomination)).replaceAll(',', ''),
      coin.result,
      coin.pownstring])]
    : [['raida', 'status', 'latency_ms'], ...task.data.latencies.map((latency, raida) => [raida, task.data.pownstring[raida], latency])];
  save(`${task.id}.csv`, 'text/csv', rows.map(row => `${row.join(',')}\r\n`).join(''));
}

function save(name, type, text) {
  const url = URL.createObjectURL(new Blob([text], { type }));
  create('a', { href: url, download: name }).click();
  setTimeout(() => URL.revokeObjectURL(url), 10_000);
}
