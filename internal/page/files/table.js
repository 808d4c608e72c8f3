// The table: the rows that pass the filters, in an order, a page at a time. What it lists is the
// page's own: nouns, columns, filterNames, haystack (what a search looks through), passes (the
// other filters), cells, detail, and for printing onPaper, paperWords and paperMore.
const pageSize = 50;
const printed = 200;
const table = { rows: data.rows, page: 0, column: 0, down: false, open: new Set() };

const is = (value, wanted) => !wanted || (wanted === '(none)' ? !value : value === wanted);
const filters = () => Object.fromEntries(filterNames.map((n) => [n, byId('filters').elements[n].value]));

const text = (r) => r.text || (r.text = haystack(r).join('\n').toLowerCase());

// choose filters the rows again, and shows their first page.
function choose() {
  const f = filters();
  table.filtered = Object.values(f).some((v) => v);
  const words = f.search.toLowerCase().split(/\s+/).filter(Boolean);
  table.rows = data.rows.filter((r) => passes(r, f) && words.every((w) => text(r).includes(w)));
  order();
  table.page = 0;
  draw();
}

// order sorts the rows; as they come they are in the order of the verdict, the worst first.
function order() {
  if (table.column === 0) {
    table.rows.sort((a, b) => table.down ? b.at - a.at : a.at - b.at);
    return;
  }
  const { key } = columns[table.column];
  const keys = new Map(table.rows.map((r) => [r, key(r)]));
  const way = table.down ? -1 : 1;
  table.rows.sort((a, b) => {
    const x = keys.get(a), y = keys.get(b);
    return x < y ? -way : x > y ? way : a.at - b.at;
  });
}

function draw() {
  const pages = Math.max(1, Math.ceil(table.rows.length / pageSize));
  table.page = Math.min(Math.max(table.page, 0), pages - 1);
  const from = table.page * pageSize;
  fill(table.rows.slice(from, from + pageSize));
  byId('shown').textContent = table.rows.length === data.rows.length ? plural(data.rows.length, ...nouns)
    : number(table.rows.length) + ' of ' + plural(data.rows.length, ...nouns);
  byId('place').textContent = 'Page ' + number(table.page + 1) + ' of ' + number(pages);
  byId('first').disabled = byId('back').disabled = table.page === 0;
  byId('next').disabled = byId('last').disabled = table.page === pages - 1;
  byId('empty').hidden = table.rows.length > 0;
  byId('table').hidden = table.rows.length === 0;
}

function fill(rows, more) {
  byId('table').tBodies[0].replaceChildren(...rows.flatMap((r) => {
    const open = table.open.has(r);
    return [line(r, open), open ? below(r, detail(r)) : more && more(r)].filter(Boolean);
  }));
}

const below = (r, what) => el('tr', { class: 'detail', id: 'detail-' + r.at }, el('td', { colspan: columns.length }, what));

function line(r, open) {
  const name = el('button', { type: 'button', class: 'name', 'aria-expanded': String(open) }, r.name || r.arn);
  if (open) name.setAttribute('aria-controls', 'detail-' + r.at);
  return el('tr', { class: open ? 'open' : '', 'data-at': r.at }, cells(r, name).map((c, i) => el('td', { class: columns[i].css || '' }, c)));
}

function toggle(r, tr) {
  const open = !table.open.delete(r);
  if (open) table.open.add(r);
  else tr.nextSibling.remove();
  const now = line(r, open);
  tr.replaceWith(now);
  if (open) now.after(below(r, detail(r)));
  now.querySelector('button').focus();
}

// show goes to one row, whatever the filters are.
function show(arn) {
  const r = data.rows.find((x) => x.arn === arn);
  if (!r) return;
  if (!table.rows.includes(r)) {
    byId('filters').reset();
    choose();
  }
  table.open.add(r);
  table.page = Math.floor(table.rows.indexOf(r) / pageSize);
  draw();
  const tr = byId('table').querySelector('tr[data-at="' + r.at + '"]');
  tr.scrollIntoView({ block: 'start' });
  tr.querySelector('button').focus();
}

function heads() {
  byId('table').tHead.rows[0].replaceChildren(...columns.map((c, i) => {
    const sort = () => {
      table.down = table.column === i && !table.down;
      table.column = i;
      order();
      table.page = 0;
      heads();
      draw();
      byId('table').tHead.rows[0].cells[i].firstChild.focus();
    };
    const th = el('th', { scope: 'col', class: c.css || '', 'data-title': c.title }, el('button', { type: 'button', onclick: sort }, c.title));
    if (i === table.column) th.setAttribute('aria-sort', table.down ? 'descending' : 'ascending');
    return th;
  }));
}

// paper is what is printed of the table: what passes the filters, or what matters most where nothing
// was filtered.
function paper() {
  const all = table.filtered ? table.rows : table.rows.filter(onPaper);
  fill(all.slice(0, printed), (r) => paperMore(r) && below(r, el('div', { class: 'short' }, paperMore(r))));
  const what = ' ' + paperWords[table.filtered ? 0 : 1];
  byId('printed').textContent = all.length > printed ? 'The first ' + printed + ' of ' + number(all.length) + what + '.' : 'All ' + number(all.length) + what + '.';
  byId('table').hidden = all.length === 0;
}
