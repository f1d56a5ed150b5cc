import { connection } from './api.js';
import { $ } from './dom.js';
import { watchServers } from './servers.js';
import './start.js';

const texts = {
  live: 'Live',
  lost: 'Connection lost. Reconnecting…',
  busy: 'The service cannot respond now. Retrying…',
};

connection.addEventListener('change', () => {
  $('connection').dataset.state = connection.state;
  $('connection').textContent = texts[connection.state];
});
watchServers();
