'use strict';
// Elements are made one by one and filled with text: no text is ever read as markup.
const el = (tag, props, ...children) => {
  const e = document.createElement(tag);
  for (const [name, value] of Object.entries(props || {})) {
    if (name === 'class') e.className = value;
    else if (name.startsWith('on')) e.addEventListener(name.slice(2), value);
    else e.setAttribute(name, value);
  }
  for (const c of children.flat()) if (c !== null && c !== undefined && c !== '') e.append(c);
  return e;
};
const byId = (id) => document.getElementById(id);
const number = (n) => n.toLocaleString('en-US');
const plural = (n, one, many) => n === 1 ? '1 ' + one : number(n) + ' ' + many;
const day = (time) => time.slice(0, 10);
const badge = (css, text) => el('span', { class: 'badge ' + css }, text);

// A row of the data has the ARN of what it is about, of which the parts are named here.
const data = JSON.parse(byId('data').textContent);
for (const [at, r] of data.rows.entries()) {
  const rest = r.arn.split(':').slice(5).join(':');
  const slash = rest.indexOf('/');
  const end = rest.lastIndexOf('/');
  r.at = at;
  r.account = r.arn.split(':')[4] || '';
  r.kind = rest.slice(0, slash);
  r.path = rest.slice(slash, end + 1);
  r.name = rest.slice(end + 1);
}

// facts is a list of what is known of one row; what is empty is left out.
function factsOf(add) {
  const facts = el('dl', { class: 'facts' });
  add((name, ...value) => { if (value.flat().some((v) => v)) facts.append(el('dt', null, name), el('dd', null, ...value)); });
  return facts;
}
const asked = (w) => w && [el('code', null, w.action), ' on ', el('code', null, w.resource), context(w)];
const list = (all, css) => all && all.length ? el('ul', { class: css || 'names' }, all.map((x) => el('li', null, x))) : null;
const service = (s) => s === '*' ? 'all others' : s;
const moment = (time) => time.replace('T', ' ').replace(/(\.\d+)?Z$/, ' UTC');

function context(w) {
  const keys = Object.keys(w.context || {});
  return keys.length ? el('span', { class: 'meta' }, ' with ' + keys.map((k) => k + ' = ' + (w.context[k].join(', ') || '(no value)')).join('; ')) : null;
}

// repair shows a command, and copies it. Where the browser refuses that, it selects it.
function repair(command) {
  const code = el('code', { class: 'command' }, command);
  const said = el('span', { role: 'status', class: 'meta' });
  const copy = async () => {
    try {
      await navigator.clipboard.writeText(command);
      said.textContent = 'Copied.';
    } catch {
      getSelection().selectAllChildren(code);
      said.textContent = 'Selected: copy it with the keyboard.';
    }
  };
  return el('div', { class: 'repair' }, code, el('button', { type: 'button', onclick: copy }, 'Copy'), said);
}
