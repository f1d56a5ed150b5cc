// The 25 servers: polls their state, keeps its history, and shows the quorum, the grid and the chart.

import { delay, readServers } from './api.js';
import { drawChart } from './chart.js';
import { $, create, createSvg, formatTime, plural, shape } from './dom.js';

const count = 25;
const quorum = 13;
const interval = 2000;
const samplesKept = 300;
const barsShown = 30;
const barHeight = 16;

const names = { up: 'Up', down: 'Down', mixed: 'Mixed', unknown: 'Unknown' };

/** For each poll the time, and for each server its state, latency and the requests that were answered and that failed since the last poll. */
const samples = [];
let newest = null;

const cells = Array.from({ length: count }, (_, raida) => createCell(raida));
$('servers').append(...cells.map(cell => cell.root));
$('quorum-meter').append(...cells.map(() => create('span')));
$('highlight').append(...cells.map((_, raida) => create('option', { value: raida }, `RAIDA ${raida}`)));
$('highlight').addEventListener('change', show);
new ResizeObserver(showChart).observe($('chart'));

export async function watchServers() {
  for (;;) {
    try {
      add(await readServers());
      show();
    } catch (error) {
      // The connection's state shows it, and the next poll tries again.
      if (!error.retryAfter) {
        $('quorum-advice').textContent = error.message;
      }
    }
    await delay(interval);
    await untilVisible();
  }
}

function untilVisible() {
  return document.hidden
    ? new Promise(resolve => document.addEventListener('visibilitychange', resolve, { once: true }))
    : undefined;
}

function add(report) {
  samples.push({
    time: Date.now(),
    servers: report.nodes.map((node, raida) => {
      const before = newest?.nodes[raida].counts ?? node.counts;
      return {
        state: node.state,
        latency: node.latency?.p50,
        answered: node.counts.answered - before.answered,
        failed: countFailed(node.counts) - countFailed(before),
      };
    }),
  });
  samples.splice(0, samples.length - samplesKept);
  newest = report;
}

const countFailed = counts => counts.noReply + counts.refused + counts.dropped;

function show() {
  if (newest) {
    showQuorum();
    newest.nodes.forEach(showCell);
    $('silos').textContent = `Seen by ${plural(newest.silos, 'silo')}`
      + (newest.silentSilos ? `; ${plural(newest.silentSilos, 'silo')} did not respond` : '');
    showChart();
  }
}

function showQuorum() {
  const inState = state => newest.nodes.filter(node => node.state === state).map(node => node.raida);
  const up = inState('up').length;
  const isUnknown = inState('unknown').length === count;
  const state = isUnknown ? 'unknown' : up === count ? 'up' : up >= quorum ? 'mixed' : 'down';
  const section = $('quorum');
  if (section.dataset.state !== state) {
    section.dataset.state = state;
    section.querySelector('svg').replaceWith(shape(state));
  }
  setText($('quorum-count'), `${up} of ${count} up, ${quorum} needed`);
  const others = ['down', 'mixed', 'unknown'].filter(other => inState(other).length > 0)
    .map(other => `${names[other]}: RAIDA ${inState(other).join(', ')}.`);
  setText($('quorum-advice'), isUnknown ? 'No server has been asked yet. Start an echo to ask them.'
    : up < quorum ? `Coins cannot be graded until more servers are up. ${others.join(' ')}` : others.join(' '));
  [...$('quorum-meter').children].forEach((segment, i) => { segment.className = i < up ? 'filled' : ''; });
}

/** Announces a change only: a live region that is set to the same text may be read again. */
function setText(element, text) {
  if (element.textContent !== text) {
    element.textContent = text;
  }
}

function createCell(raida) {
  const state = create('span', { className: 'state' });
  const now = create('span', { className: 'now' });
  const p95 = create('span', { className: 'p95' });
  const bars = createSvg('svg', { class: 'bars', viewBox: `0 0 ${barsShown * 2} ${barHeight}`, preserveAspectRatio: 'none', 'aria-hidden': 'true' },
    createSvg('path', { class: 'idle' }), createSvg('path', { class: 'answered' }), createSvg('path', { class: 'failed' }));
  const root = create('li', {},
    create('span', { className: 'name' }, create('span', { className: 'unseen' }, 'RAIDA '), String(raida)), shape('unknown'), state, now, p95, bars);
  root.addEventListener('click', () => {
    $('highlight').value = $('highlight').value === String(raida) ? '' : raida;
    show();
  });
  return { root, state, now, p95, bars };
}

function showCell(node) {
  const { root, state, now, p95, bars } = cells[node.raida];
  if (root.dataset.state !== node.state) {
    root.dataset.state = node.state;
    root.querySelector('.shape').replaceWith(shape(node.state));
    state.textContent = names[node.state];
  }
  root.title = `RAIDA ${node.raida}, ${node.address}`;
  root.classList.toggle('lit', $('highlight').value === String(node.raida));
  now.replaceChildren(...describe('now', node.state === 'down' ? undefined : node.latency?.p50));
  p95.replaceChildren(...describe('p95', node.latency?.p95));
  const paths = { idle: '', answered: '', failed: '' };
  const shown = samples.slice(-barsShown);
  shown.forEach(({ servers }, i) => {
    const sample = servers[node.raida];
    const kind = sample.failed > 0 ? 'failed' : sample.answered > 0 ? 'answered' : 'idle';
    paths[kind] += `M${(barsShown - shown.length + i) * 2 + 1} ${barHeight}v${-getBarHeight(kind, sample.latency)}`;
  });
  for (const path of bars.children) {
    path.setAttribute('d', paths[path.getAttribute('class')]);
  }
}

function describe(name, latency) {
  const label = create('small', {}, `${name} `);
  return latency === undefined ? [label, create('span', { className: 'unseen' }, 'unknown'), create('span', { ariaHidden: 'true' }, '–')]
    : [label, formatLatency(latency), create('span', { className: 'unseen' }, ' ms')];
}

const formatLatency = latency => latency < 10 ? latency.toFixed(1) : String(Math.round(latency));

/** Replies from a fifth of the height for 0.1 ms to almost all of it for 1 s, by logarithm. */
function getBarHeight(kind, latency = 1) {
  const level = Math.min(Math.max((Math.log10(latency) + 1) / 4, 0), 1);
  return kind === 'failed' ? barHeight : kind === 'idle' ? 1 : Math.round(barHeight * (0.2 + 0.7 * level));
}

function showChart() {
  const value = $('highlight').value;
  const lit = value === '' ? undefined : newest?.nodes[value];
  drawChart($('chart'), samples, lit?.raida);
  if (lit) {
    const { p50, p95, p99 } = lit.latency ?? {};
    $('chart-note').textContent = `RAIDA ${lit.raida} at ${lit.address} is ${names[lit.state].toLowerCase()}. `
      + (lit.latency ? `Median ${formatLatency(p50)} ms, p95 ${formatLatency(p95)} ms, p99 ${formatLatency(p99)} ms. ` : '')
      + `${plural(lit.counts.answered, 'reply').replace('replys', 'replies')}, ${plural(countFailed(lit.counts), 'failure')}, `
      + `${lit.counts.notAsked.toLocaleString('en')} not sent`
      + (lit.lastHeard ? `; last reply ${formatTime(lit.lastHeard)}.` : '.');
  } else {
    setText($('chart-note'), 'One line for each server, and in bold the median of all, since this page was opened (at most 10 minutes).');
  }
}
