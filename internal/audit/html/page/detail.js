// What is known of one principal, below its row.
function detail(r) {
  const facts = el('dl', { class: 'facts' });
  const fact = (name, ...value) => { if (value.flat().some((v) => v)) facts.append(el('dt', null, name), el('dd', null, ...value)); };
  const asked = (w) => w && [el('code', null, w.action), ' on ', el('code', null, w.resource), context(w)];
  const list = (all, css) => all && all.length ? el('ul', { class: css || 'names' }, all.map((x) => el('li', null, x))) : null;

  fact('Verdict', r.reason);
  fact('Can now, and must not', asked(r.witness));
  fact('In these services', r.state === 'outside' && r.services ? r.services.map(service).join(', ') : null);
  fact('Is no longer denied', asked(r.undenied));
  fact('The repair gives it', asked(r.givesUp));
  fact('Outside since', r.since ? r.since.replace('T', ' ').replace(/(\.\d+)?Z$/, ' UTC') : null);
  fact('Repair', r.repair ? repair(r.repair) : null);
  fact('Enforcement would', r.action === 'none' ? null : r.action);
  fact('Carries', boundaryLink(r.attached) || 'no boundary');
  fact('Must carry', boundaryLink(r.required), r.relation ? ' (what it carries is ' + r.relation + ')' : null);
  fact('What the boundary takes', cuts(r));
  fact('Identity policies', list(r.policies));
  fact('May assume, without a boundary', reaches(r));
  fact('May assume, under conditions', r.reachesIf ? [list(r.reachesIf), r.reachesIfAll > r.reachesIf.length ? el('p', { class: 'meta' }, 'and ' + number(r.reachesIfAll - r.reachesIf.length) + ' more') : null] : null);
  fact('Assuming roles is not known', r.reachUnknown);
  fact('Rule', r.rule ? r.rule + (r.mode ? ', mode ' + r.mode : '') : 'none');
  fact('Account', r.account);
  fact('ARN', el('code', null, r.arn));
  fact('Id', r.id ? el('code', null, r.id) : null, r.created ? ' made on ' + r.created : null);
  return facts;
}

function context(w) {
  const keys = Object.keys(w.context || {});
  return keys.length ? el('span', { class: 'meta' }, ' with ' + keys.map((k) => k + ' = ' + (w.context[k].join(', ') || '(no value)')).join('; ')) : null;
}

function boundaryLink(arn) {
  if (!arn) return null;
  const b = data.boundaries[arn];
  return [b.id ? el('a', { href: '#' + b.id }, arn) : el('code', null, arn), b.state === 'off' ? ' (this policy is not as approved)' : null];
}

// cuts are the services in which identity policies grant what the boundary does not let
// through: those that were used last are first.
function cuts(r) {
  if (!r.cut) return r.cutUnknown ? 'not known: ' + r.cutUnknown : null;
  return [
    el('table', { class: 'plain' },
      el('thead', null, el('tr', null, ['Service', 'Last used', 'For example'].map((t) => el('th', { scope: 'col' }, t)))),
      el('tbody', null, r.cut.map((c) => el('tr', null,
        el('td', null, service(c.service)),
        el('td', { class: 'date' }, c.used ? day(c.used) : '–'),
        el('td', null, c.example ? c.example.action : ''))))),
    r.cutUnknown ? el('p', { class: 'meta' }, 'And more, which is not known: ' + r.cutUnknown) : null,
  ];
}


const service = (s) => s === '*' ? 'all others' : s;

function reaches(r) {
  if (!r.reaches) return null;
  const more = r.reachesAll - r.reaches.length;
  return [
    el('ul', { class: 'names' }, r.reaches.map((at) => el('li', null,
      el('button', { type: 'button', class: 'link', 'data-open': data.rows[at].arn }, data.rows[at].arn)))),
    more ? el('p', { class: 'meta' }, 'and ' + number(more) + ' more') : null,
  ];
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
