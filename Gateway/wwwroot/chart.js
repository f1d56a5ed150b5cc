// Latency over time as lines in plain SVG, on a logarithmic scale: servers differ by orders of magnitude.

import { createSvg } from './dom.js';

const height = 240;
const margin = { left: 52, right: 12, top: 12, bottom: 28 };
const shortest = 60_000;
const gap = 10_000;
const steps = [1, 2, 5];

/**
 * Draws the latency of each server, the median of all and, if any, the highlighted server.
 * @param samples In the order of time: `{ time, servers: [{ latency }] }`, in milliseconds; a latency may be undefined.
 */
export function drawChart(svg, samples, lit) {
  const width = Math.max(svg.clientWidth, 280);
  const end = samples.at(-1)?.time ?? 0;
  const start = Math.min(samples[0]?.time ?? 0, end - shortest);
  const latencies = samples.flatMap(sample => sample.servers.map(server => server.latency)).filter(isKnown);
  svg.setAttribute('viewBox', `0 0 ${width} ${height}`);
  if (latencies.length === 0) {
    svg.setAttribute('aria-label', 'Latency over time: no replies yet');
    svg.replaceChildren(createSvg('text', { x: width / 2, y: height / 2, 'text-anchor': 'middle' }, 'No replies yet'));
    return;
  }

  const low = Math.max(latencies.reduce((a, b) => Math.min(a, b)), 0.1) / 1.3;
  const high = Math.max(latencies.reduce((a, b) => Math.max(a, b)) * 1.3, low * 10);
  const x = time => margin.left + (time - start) / (end - start) * (width - margin.left - margin.right);
  const y = latency => height - margin.bottom
    - Math.log(Math.max(latency, low) / low) / Math.log(high / low) * (height - margin.top - margin.bottom);
  const line = (read, attributes) => createSvg('path', { d: trace(samples, read, x, y), ...attributes });
  svg.replaceChildren(
    ...createScale(low, high, y, width),
    ...createTimes(start, end, x),
    ...samples[0].servers.map((_, raida) => line(sample => sample.servers[raida].latency, { class: 'line' })),
    line(getMedian, { class: 'median' }),
    ...(lit === undefined ? [] : [line(sample => sample.servers[lit].latency, { class: 'lit' })]));

  const now = samples.at(-1).servers;
  const slowest = now.reduce((a, b, i) => (b.latency ?? 0) > (now[a].latency ?? 0) ? i : a, 0);
  svg.setAttribute('aria-label',
    `Latency over time: the median of all servers is now ${getMedian(samples.at(-1))} ms; the slowest is RAIDA ${slowest} with ${now[slowest].latency} ms`);
}

const isKnown = latency => latency !== undefined;

function getMedian({ servers }) {
  const known = servers.map(server => server.latency).filter(isKnown).sort((a, b) => a - b);
  return known[known.length >> 1];
}

/** A path that is interrupted where nothing is known, or nothing was asked for a while. */
function trace(samples, read, x, y) {
  let path = '';
  let last = -Infinity;
  for (const sample of samples) {
    const latency = read(sample);
    if (isKnown(latency)) {
      const point = `${x(sample.time).toFixed(1)} ${y(latency).toFixed(1)}`;
      // A line of no length, so that a single sample is a dot.
      path += sample.time - last > gap ? `M${point}h0` : `L${point}`;
      last = sample.time;
    }
  }
  return path;
}

function createScale(low, high, y, width) {
  const ticks = [];
  for (let decade = 10 ** Math.floor(Math.log10(low)); decade <= high; decade *= 10) {
    ticks.push(...steps.map(step => step * decade).filter(tick => tick >= low && tick <= high));
  }
  const shown = high / low > 1000 ? ticks.filter(tick => Number.isInteger(Math.round(Math.log10(tick) * 1000) / 1000)) : ticks;
  return shown.flatMap(tick => [
    createSvg('line', { class: 'rule', x1: margin.left, x2: width - margin.right, y1: y(tick), y2: y(tick) }),
    createSvg('text', { x: margin.left - 8, y: y(tick) + 4, 'text-anchor': 'end' }, `${Number(tick.toPrecision(1))} ms`),
  ]);
}

function createTimes(start, end, x) {
  const minutes = Math.ceil((end - start) / 60_000);
  const step = minutes > 4 ? 2 : 1;
  const ticks = Array.from({ length: Math.floor((end - start) / 60_000 / step) + 1 }, (_, i) => i * step);
  return ticks.map(ago => createSvg('text', {
    x: x(end - ago * 60_000), y: height - 8, 'text-anchor': ago === 0 ? 'end' : x(end - ago * 60_000) < margin.left + 20 ? 'start' : 'middle',
  }, ago === 0 ? 'now' : `−${ago} min`));
}
