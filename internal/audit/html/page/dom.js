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
  r.carries = r.attached ? data.boundaries[r.attached].name : '';
  r.says = finds(r);
}

// finds says in a few words what was found of a principal.
function finds(r) {
  if (r.state === 'outside') return (data.drifts[r.drift] || r.drift) + (r.witness ? ': can ' + r.witness.action : '');
  if (r.cut) return 'boundary cuts ' + plural(r.cut.length, 'service', 'services');
  return r.state === 'inside' ? '' : r.reason || '';
}
