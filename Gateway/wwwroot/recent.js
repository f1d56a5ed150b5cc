// The tasks that this browser started: id, kind and time, in local storage.

import { $, create, formatTime } from './dom.js';

const key = 'recent-tasks';
const limit = 12;

export function addRecent(id, kind, started) {
  save([{ id, kind, started }, ...load().filter(task => task.id !== id)].slice(0, limit));
}

export const removeRecent = id => save(load().filter(task => task.id !== id));

export const kindOf = id => load().find(task => task.id === id)?.kind;

export function showRecent() {
  const tasks = load();
  $('recent-empty').hidden = tasks.length > 0;
  $('recent-clear').hidden = tasks.length === 0;
  $('recent').replaceChildren(...tasks.map(({ id, kind, started }) => create('li', {},
    create('a', { href: `#task=${id}`, ...(location.hash === `#task=${id}` && { ariaCurrent: 'true' }) },
      create('span', { className: 'kind' }, kind), ' ', create('code', {}, id.slice(0, 8))),
    create('time', { className: 'soft', dateTime: new Date(started * 1000).toISOString() }, formatTime(started)))));
}

$('recent-clear').addEventListener('click', () => {
  save([]);
  $('recent-title').focus();
});

function load() {
  try {
    return JSON.parse(localStorage.getItem(key)) ?? [];
  } catch {
    // Storage is blocked in this browser, or was edited.
    return [];
  }
}

function save(tasks) {
  try {
    localStorage.setItem(key, JSON.stringify(tasks));
  } catch {
    // Storage is blocked or full: the list stays as it is.
  }
  showRecent();
}
