// The page: controls, theme, print.
for (const e of document.querySelectorAll('[data-script]')) e.hidden = false;

byId('filters').addEventListener('input', choose);
byId('filters').addEventListener('reset', () => setTimeout(choose));
byId('filters').addEventListener('submit', (e) => e.preventDefault());
for (const [id, to] of Object.entries({ first: () => 0, back: () => table.page - 1, next: () => table.page + 1, last: () => Infinity })) {
  byId(id).addEventListener('click', () => {
    table.page = to();
    draw();
    byId('table').scrollIntoView({ block: 'nearest' });
  });
}

byId('table').addEventListener('click', (e) => {
  const tr = e.target.closest('tr[data-at]');
  if (tr && (e.target.closest('button.name') || getSelection().isCollapsed)) toggle(data.rows[tr.dataset.at], tr);
});

// Buttons all over the page set a filter, or open a row.
document.addEventListener('click', (e) => {
  const b = e.target.closest('[data-set],[data-open],.ribbon');
  if (!b) return;
  if (b.dataset.open !== undefined) return show(b.dataset.open);
  const form = byId('filters');
  form.reset();
  const wanted = b.dataset.set === undefined ? Object.entries(b.dataset) : b.dataset.set ? [b.dataset.set.split(/=(.*)/s)] : [];
  for (const [name, value] of wanted) form.elements[name].value = value;
  choose();
  const section = byId('table').closest('section');
  section.scrollIntoView();
  section.focus({ preventScroll: true });
});

const dark = matchMedia('(prefers-color-scheme: dark)');
const isDark = () => (document.documentElement.dataset.theme || (dark.matches ? 'dark' : 'light')) === 'dark';
const theme = () => byId('theme').setAttribute('aria-pressed', String(isDark()));
byId('theme').addEventListener('click', () => {
  document.documentElement.dataset.theme = isDark() ? 'light' : 'dark';
  theme();
});
dark.addEventListener('change', theme);

byId('print').addEventListener('click', () => print());
addEventListener('beforeprint', () => {
  for (const d of document.querySelectorAll('details.s-off, details.s-off details')) {
    if (!d.open) d.open = d.dataset.opened = true;
  }
  paper();
});
addEventListener('afterprint', () => {
  for (const d of document.querySelectorAll('details[data-opened]')) {
    d.open = false;
    delete d.dataset.opened;
  }
  draw();
});

theme();
heads();
draw();
performance.mark('table');
