// The task in the URL: follows it to its end, shows its result, and offers what can be done with it.

import { cancelTask, deleteTask, follow } from './api.js';
import { showCoins } from './coins.js';
import { $, announce, create, formatTime, plural, shape } from './dom.js';
import { saveCsv, saveJson } from './files.js';
import { addRecent, kindOf, removeRecent, showRecent } from './recent.js';
import { actionsOf, createSnippet, languages } from './snippets.js';

const titles = { echo: 'Echo', detect: 'Detect' };

/** The denominations of the coins that this page sent, by task; never their secrets. */
const namesOfTasks = new Map();

let following = new AbortController();
let id = null;
let task = null;

/** Shows a task that this page has started. */
export function openTask(started, kind, names) {
  namesOfTasks.set(started.id, names);
  addRecent(started.id, kind, started.started);
  announce(`${titles[kind]} started.`);
  location.hash = `task=${started.id}`;
}

async function showTaskOfUrl() {
  following.abort();
  following = new AbortController();
  const { signal } = following;
  id = /^#task=(.*)$/.exec(location.hash)?.[1] ?? null;
  task = null;
  showRecent();
  $('task').hidden = id === null;
  if (id === null) {
    document.title = 'OrleansTasks';
    return;
  }
  clear();
  $('task-title').focus();
  try {
    await follow(encodeURIComponent(id), show, signal);
  } catch (error) {
    if (!signal.aborted) {
      showError(error);
      $('task-progress').hidden = true;
    }
  }
}

function clear() {
  for (const part of ['task-error', 'echo', 'detect', 'task-actions', 'task-status']) {
    $(part).hidden = true;
  }
  $('task-title').textContent = titles[kindOf(id)] ?? 'Task';
  $('task-about').textContent = id;
  $('task-progress').hidden = false;
  $('task-progress').querySelector('progress').value = 0;
  $('task-percent').textContent = $('task-status').textContent = '';
  $('task-message').textContent = 'Reading the task';
}

function show(next) {
  const hasEnded = next.status !== 'running';
  task = next;
  const title = titles[getKind()] ?? 'Task';
  document.title = `${title} ${hasEnded ? task.status : `${task.progress} %`} · OrleansTasks`;
  $('task-title').textContent = title;
  $('task-about').replaceChildren(create('code', {}, task.id), describeTimes());
  $('task-status').hidden = $('task-actions').hidden = false;
  $('task-status').textContent = task.status === 'error' ? 'Ended in error' : task.status === 'running' ? 'Running' : 'Completed';
  $('task-status').dataset.status = task.status;
  $('task-progress').querySelector('progress').value = task.progress;
  $('task-percent').textContent = `${task.progress} %`;
  $('task-message').textContent = task.message;
  $('task-progress').hidden = task.status !== 'running';
  $('task-cancel').hidden = hasEnded;
  $('task-json').hidden = $('task-csv').hidden = !task.data;
  if (task.status === 'error') {
    showError({ message: describeFailure() });
  } else if (hasEnded) {
    showResult();
  }
  if (hasEnded) {
    announce(`${title} ${task.status === 'completed' ? 'completed' : 'ended in error'}.`);
  }
}

const getKind = () => task?.data ? (task.data.Coins ? 'detect' : 'echo') : kindOf(id);

function describeTimes() {
  const started = ` · started ${formatTime(task.started)}`;
  const seconds = task.finished - task.started;
  return task.finished === undefined ? started : `${started} · ${seconds < 1 ? 'took less than a second' : `took about ${plural(seconds, 'second')}`}`;
}

function describeFailure() {
  return task.message === 'Cancelled' ? 'The task was cancelled. Start a new one to get a result.'
    : `${task.message.replace(/\.?$/, '.')} ${task.message.includes('quorum') ? 'Start it again when at least 13 servers are up.' : 'Start it again.'}`;
}

function showError({ message }) {
  $('task-error').textContent = message;
  $('task-error').hidden = false;
}

function showResult() {
  const isDetect = getKind() === 'detect';
  $('echo').hidden = isDetect;
  $('detect').hidden = !isDetect;
  if (isDetect) {
    showCoins(task.data, namesOfTasks.get(task.id));
  } else {
    showEcho(task.data);
  }
}

function showEcho({ online, pownstring, latencies }) {
  const slowest = Math.max(...latencies, 1);
  $('echo-online').replaceChildren(create('strong', {}, `${online} of 25`), ' servers answered');
  $('echo-servers').replaceChildren(...latencies.map((latency, raida) => {
    const isUp = pownstring[raida] === 'p';
    const bar = create('span', { className: 'bar', ariaHidden: 'true' });
    bar.style.blockSize = `${Math.max(latency / slowest * 100, 2)}%`;
    const item = create('li', {},
      create('span', { className: 'column', ariaHidden: 'true' }, bar),
      create('span', { className: 'name' }, create('span', { className: 'unseen' }, 'RAIDA '), String(raida)),
      shape(isUp ? 'up' : 'down'),
      create('span', { className: 'unseen' }, isUp ? 'answered' : 'did not answer'),
      create('span', { className: 'ms' }, `${latency.toLocaleString('en')} ms`));
    item.dataset.state = isUp ? 'up' : 'down';
    return item;
  }));
}

/** Runs an action of a button, which cannot be pressed again meanwhile. */
function act(button, action) {
  $(button).addEventListener('click', async () => {
    $(button).disabled = true;
    try {
      await action();
    } catch (error) {
      showError(error.code === 'lost' ? { message: `${error.message} Try again when it is back.` } : error);
    } finally {
      $(button).disabled = false;
    }
  });
}

async function copy(text, what) {
  try {
    await navigator.clipboard.writeText(text);
  } catch {
    // Without HTTPS, browsers have no clipboard for pages: this older way needs a selection.
    const area = create('textarea', { className: 'unseen', value: text, ariaLabel: what });
    document.activeElement.after(area);
    area.select();
    document.execCommand('copy');
    area.remove();
  }
  announce(`${what} copied.`);
}

function openCode() {
  const kind = getKind();
  const actions = actionsOf(kind);
  $('code-language').replaceChildren(...languages.map(language => create('option', {}, language)));
  $('code-action').replaceChildren(...Object.entries(actions).map(([value, text]) => create('option', { value }, text)));
  showCode();
  $('code').showModal();
}

function showCode() {
  $('code-text').textContent = createSnippet($('code-language').value, $('code-action').value, getKind(), task.id);
}

async function confirmDelete() {
  $('confirm').close();
  try {
    await deleteTask(task.id);
  } catch (error) {
    if (error.code !== 'task-not-found') {
      throw error;
    }
  }
  removeRecent(task.id);
  location.hash = '';
  announce('Task deleted.');
  $('recent-title').focus();
}

act('task-cancel', async () => {
  try {
    show(await cancelTask(task.id));
  } catch (error) {
    // If the task ended before, its result arrives anyway.
    if (error.code !== 'task-finished') {
      throw error;
    }
  }
});
act('task-link', () => copy(location.href, 'Link'));
act('task-code', openCode);
act('task-json', () => saveJson(task, namesOfTasks.get(task.id)));
act('task-csv', () => saveCsv(task, namesOfTasks.get(task.id)));
act('task-delete', () => $('confirm').showModal());
act('confirm-delete', confirmDelete);
act('code-copy', () => copy($('code-text').textContent, 'Code'));
$('code-language').addEventListener('change', showCode);
$('code-action').addEventListener('change', showCode);
document.querySelectorAll('[data-close]').forEach(button => button.addEventListener('click', () => button.closest('dialog').close()));
addEventListener('hashchange', showTaskOfUrl);
showTaskOfUrl();
