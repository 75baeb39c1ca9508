// Which of the input's columns an output's column seems to come from, so that both get one colour.

const plain = (text) => (text ?? "").normalize("NFKD").replace(/[^\p{L}\p{N}]/gu, "").toLowerCase();
// From so many equal cells on, two columns with other names are taken for the same.
const EQUAL_SHARE = 0.5;

/** For each column of `made` the index of one of `given`, or null: by what was learned, by name, or by equal cells. */
export function matched(given, made, report = null) {
  const learned = new Map((report?.columns ?? []).map(({ column, rows }) => [column, Object.keys(rows?.[0]?.given ?? {})]));
  return made.header.map((name, column) => {
    const read = (learned.get(name) ?? []).map((one) => given.header.indexOf(one)).find((at) => at >= 0);
    if (read !== undefined) return read;
    if (report) return null;
    const named = given.header.findIndex((one) => plain(one) === plain(name));
    return named >= 0 ? named : alike(given, made, column);
  });
}

function alike(given, made, column) {
  const rows = Math.min(given.rows.length, made.rows.length);
  if (!rows) return null;
  const shares = given.header.map((_, at) => {
    let equal = 0;
    for (let row = 0; row < rows; row += 1) {
      const cell = plain(made.rows[row][column]);
      if (cell && cell === plain(given.rows[row][at])) equal += 1;
    }
    return equal / rows;
  });
  const best = shares.indexOf(Math.max(...shares));
  return shares[best] >= EQUAL_SHARE ? best : null;
}

/** In words, which input columns each output column is made from; null where nothing is known. */
export function sources(made, report) {
  const learned = new Map((report?.columns ?? []).map(({ column, rows }) => [column, Object.keys(rows?.[0]?.given ?? {})]));
  return made.header.map((name) => {
    const read = learned.get(name) ?? [];
    return read.length ? `from ${read.join(", ")}` : null;
  });
}
