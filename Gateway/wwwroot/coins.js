// The coins of a detect: totals, filter by grade, and a table that holds only the rows in view, so that 65,535 coins scroll smoothly.

import { formatAmount, valueOf } from './amounts.js';
import { $, create, plural } from './dom.js';

const serverCount = 25;
const firstStatus = 5;
const columnCount = firstStatus + serverCount;
const spareRows = 6;

const grades = ['Authentic', 'Fracked', 'Counterfeit', 'Limbo', 'Error'];

const statuses = {
  p: ['pass', 'the coin is authentic there'],
  f: ['fail', 'the coin is counterfeit there'],
  n: ['no reply', 'the server did not reply in time'],
  e: ['error', 'the server returned an error or refused the connection'],
  d: ['network error', 'the request was dropped by a network error on the side of this service'],
  b: ['key coin rejected', 'the server could not decrypt the request'],
  u: ['not asked', 'the server was known to be down'],
};

const columns = [
  { title: '#', read: coin => coin.index },
  { title: 'Serial number', read: coin => coin.sn },
  { title: 'Denom.', label: 'Denomination' },
  { title: 'Value', read: coin => coin.denomination ?? -Infinity },
  { title: 'Grade', read: coin => grades.indexOf(coin.result) },
  { title: 'Statuses of RAIDA 0 to 24', read: coin => coin.passes },
];

const grid = $('coins');
const tip = $('tip');
const head = create('div', { role: 'row', className: 'row head', ariaRowIndex: '1' }, ...columns.map(createHeader));
const body = create('div', { role: 'rowgroup', className: 'body' });
grid.append(create('div', { role: 'rowgroup', className: 'sticky' }, head), body);

let coins = [];
let reasons = new Map();
let order = [];
let grade = null;
let sort = { column: 0, isDescending: false };
let active = { row: 0, column: 1 };
let pool = [];
let rowHeight = 0;

/**
 * Shows the result of a detect.
 * @param names The denominations, where this page sent the coins: `[{ sn, denomination }]` in the order of the coins.
 */
export function showCoins(data, names = []) {
  coins = withDenominations(data, names);
  reasons = Map.groupBy(data.Details ?? [], detail => Number(/^RAIDA (\d+):/.exec(detail)?.[1]));
  grade = null;
  sort = { column: 0, isDescending: false };
  active = { row: 0, column: 1 };
  showTotals(data);
  showGrades(data);
  $('details').hidden = !data.Details;
  $('details').querySelector('ul').replaceChildren(...(data.Details ?? []).map(detail => create('li', {}, detail)));
  arrange();
}

/** The coins in the order in which they were sent, with the denominations that this page knows. */
export const withDenominations = (data, names = []) => data.Coins.map((coin, i) => ({
  ...coin,
  index: i + 1,
  denomination: names[i]?.sn === coin.sn ? names[i].denomination : undefined,
  passes: coin.pownstring.split('p').length - 1,
}));

function showTotals(data) {
  const figures = [
    ['Total', data.TotalCoins],
    ['Checked', data.TotalCheckedCoins],
  ];
  $('totals').replaceChildren(...figures.map(([name, units]) => create('div', {},
    create('dt', {}, name), create('dd', {}, formatAmount(units), ' ', create('small', {}, 'CloudCoin')))));
}

function showGrades(data) {
  const again = { Fracked: data.TotalAlreadyFracked, Limbo: data.TotalAlreadyLimbo };
  const buttons = [null, ...grades].map(name => {
    const units = name === null ? data.TotalCoins : data[`Total${name === 'Error' ? 'Errors' : name}`] + (again[name] ?? 0n);
    const matching = name === null ? coins.length : coins.filter(coin => coin.result === name).length;
    const button = create('button', { type: 'button', ariaPressed: String(name === null) },
      create('span', { className: 'name' }, name ?? 'All grades'),
      create('strong', {}, plural(matching, 'coin')),
      create('span', { className: 'soft' }, `${formatAmount(units)} CC`
        + (again[name] ? `, ${formatAmount(again[name])} of it already ${name.toLowerCase()} before` : '')));
    button.dataset.grade = name ?? '';
    button.disabled = matching === 0;
    button.addEventListener('click', () => {
      grade = name;
      buttons.forEach(other => { other.ariaPressed = String(other === button); });
      arrange();
    });
    return button;
  });
  $('grades').replaceChildren(...buttons);
}

function createHeader(column, i) {
  const isStatuses = i === firstStatus;
  const label = column.label ?? column.title;
  const header = create('div', { role: 'columnheader', className: `cell c${i}`, ariaColIndex: String(i + 1), ariaSort: 'none' });
  if (isStatuses) {
    header.ariaColSpan = String(serverCount);
  }
  if (column.read) {
    const button = create('button', { type: 'button', className: 'quiet' }, column.title);
    button.addEventListener('click', () => {
      sort = { column: i, isDescending: sort.column === i && !sort.isDescending };
      arrange();
    });
    header.append(button);
  } else {
    header.append(create('span', { title: label }, column.title));
  }
  return header;
}

/** Filters and sorts. */
function arrange() {
  const { read } = columns[sort.column];
  const sign = sort.isDescending ? -1 : 1;
  order = coins.filter(coin => grade === null || coin.result === grade)
    .sort((a, b) => sign * compare(read(a), read(b)) || a.index - b.index);
  [...head.children].forEach((header, i) => {
    header.ariaSort = i !== sort.column ? 'none' : sort.isDescending ? 'descending' : 'ascending';
  });
  $('coins-shown').textContent = `${plural(order.length, 'coin')} shown.`;
  const letters = new Set(order.length > 5000 ? Object.keys(statuses) : order.map(coin => coin.pownstring).join(''));
  $('coins-letters').textContent = [...letters].map(letter => `${letter} = ${statuses[letter]?.[0] ?? letter}`).join(', ') + '.';
  grid.ariaRowCount = String(order.length + 1);
  grid.ariaColCount = String(columnCount);
  active.row = 0;
  grid.scrollTop = 0;
  measure();
}

const compare = (a, b) => a < b ? -1 : a > b ? 1 : 0;

/** Sizes the table to its rows, whose height depends on the width of the window. */
function measure() {
  pool = [];
  body.replaceChildren(createRow(0).root);
  rowHeight = body.firstChild.offsetHeight;
  if (rowHeight === 0) {
    // The task is not visible now; the observer calls again.
    return;
  }
  body.style.height = `${order.length * rowHeight}px`;
  const inView = Math.ceil(grid.clientHeight / rowHeight) + spareRows;
  pool = Array.from({ length: Math.min(inView, order.length) }, (_, slot) => createRow(slot));
  body.replaceChildren(...pool.map(row => row.root));
  render();
}

function createRow(slot) {
  const cells = Array.from({ length: columnCount }, (_, i) => create('div', {
    role: 'gridcell', id: `cell-${slot}-${i}`, className: `cell ${i < firstStatus ? `c${i}` : 'status'}`, ariaColIndex: String(i + 1),
  }));
  return { root: create('div', { role: 'row', className: 'row' }, ...cells), cells, index: -1 };
}

/** Fills the rows in view: row i is always in the same element, so that scrolling by one row changes one element. */
function render() {
  if (pool.length === 0) {
    return;
  }
  const first = Math.max(0, Math.min(Math.floor(grid.scrollTop / rowHeight) - spareRows / 2, order.length - pool.length));
  for (let i = first; i < first + pool.length; i++) {
    const row = pool[i % pool.length];
    if (row.index !== i) {
      row.index = i;
      fillRow(row, order[i]);
      row.root.style.transform = `translateY(${i * rowHeight}px)`;
    }
  }
  markActive();
}

function fillRow({ root, cells, index }, coin) {
  root.ariaRowIndex = String(index + 2);
  root.dataset.grade = coin.result;
  const isKnown = coin.denomination !== undefined;
  const texts = [
    coin.index.toLocaleString('en'),
    String(coin.sn),
    isKnown ? String(coin.denomination) : '–',
    isKnown ? `${formatAmount(valueOf(coin.denomination))} CC` : '–',
    coin.result,
  ];
  texts.forEach((text, i) => { cells[i].textContent = text; });
  for (let raida = 0; raida < serverCount; raida++) {
    const letter = coin.pownstring[raida];
    const cell = cells[firstStatus + raida];
    cell.textContent = letter;
    cell.dataset.status = letter;
    cell.ariaLabel = describe(letter, raida);
  }
}

function describe(letter, raida) {
  const [name, meaning] = statuses[letter] ?? [letter, 'unknown status'];
  const reason = 'pf'.includes(letter) ? undefined : reasons.get(raida)?.join('; ').replaceAll(`RAIDA ${raida}: `, '');
  return `RAIDA ${raida}: ${name}, ${reason ?? meaning}`;
}

function markActive() {
  body.querySelector('.active')?.classList.remove('active');
  const row = pool[active.row % pool.length];
  const cell = row?.index === active.row ? row.cells[active.column] : undefined;
  cell?.classList.add('active');
  grid.setAttribute('aria-activedescendant', cell?.id ?? '');
  return cell;
}

function showTip(cell) {
  const isStatus = cell?.classList.contains('status');
  tip.hidden = !isStatus;
  if (isStatus) {
    tip.textContent = cell.ariaLabel;
    const at = cell.getBoundingClientRect();
    tip.style.left = `${Math.max(8, Math.min(at.left + at.width / 2 - tip.offsetWidth / 2, innerWidth - tip.offsetWidth - 8))}px`;
    tip.style.top = `${at.top > tip.offsetHeight + 8 ? at.top - tip.offsetHeight - 6 : at.bottom + 6}px`;
  }
}

function move(event) {
  const page = Math.max(1, Math.floor(grid.clientHeight / rowHeight) - 2);
  const last = order.length - 1;
  const moves = {
    ArrowUp: [-1, 0], ArrowDown: [1, 0], PageUp: [-page, 0], PageDown: [page, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1],
    Home: event.ctrlKey ? [-last, 0] : [0, -columnCount], End: event.ctrlKey ? [last, 0] : [0, columnCount],
  };
  const step = event.target === grid && moves[event.key];
  if (!step) {
    tip.hidden ||= event.key === 'Escape';
    return;
  }
  event.preventDefault();
  active.row = Math.max(0, Math.min(active.row + step[0], last));
  active.column = Math.max(0, Math.min(active.column + step[1], columnCount - 1));
  const top = active.row * rowHeight;
  const room = grid.clientHeight - head.offsetHeight - rowHeight;
  grid.scrollTop = Math.max(top - room, Math.min(grid.scrollTop, top));
  render();
  showTip(markActive());
}

grid.addEventListener('keydown', move);
grid.addEventListener('scroll', () => {
  tip.hidden = true;
  requestAnimationFrame(render);
});
grid.addEventListener('pointerover', event => showTip(event.target.closest('.status')));
grid.addEventListener('pointerleave', () => showTip());
grid.addEventListener('blur', () => showTip());
grid.addEventListener('click', event => {
  const cell = event.target.closest('.body .cell');
  if (cell) {
    const row = pool.find(({ root }) => root === cell.parentElement);
    active = { row: row.index, column: row.cells.indexOf(cell) };
    markActive();
  }
});
new ResizeObserver(() => {
  if (order.length > 0 && grid.clientWidth > 0) {
    measure();
  }
}).observe(grid);
