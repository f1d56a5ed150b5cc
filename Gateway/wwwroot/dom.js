// Small helpers for the document. Text is only ever set as text, so nothing from the network becomes markup.

export const $ = id => document.getElementById(id);

/** Creates an element. Properties that the element lacks become attributes. */
export function create(tag, properties = {}, ...children) {
  return fill(document.createElement(tag), properties, children);
}

export function createSvg(tag, attributes = {}, ...children) {
  return fill(document.createElementNS('http://www.w3.org/2000/svg', tag), attributes, children, true);
}

export const shape = state => createSvg('svg', { class: 'shape', 'aria-hidden': 'true' }, createSvg('use', { href: `#shape-${state}` }));

export const announce = text => { $('announcer').textContent = text; };

export const formatTime = seconds => new Date(seconds * 1000).toLocaleString(undefined, { dateStyle: 'medium', timeStyle: 'medium' });

export const plural = (count, noun) => `${count.toLocaleString('en')} ${noun}${count === 1 ? '' : 's'}`;

function fill(element, properties, children, onlyAttributes = false) {
  for (const [name, value] of Object.entries(properties)) {
    if (!onlyAttributes && name in element) {
      element[name] = value;
    } else {
      element.setAttribute(name, value);
    }
  }
  element.append(...children);
  return element;
}
