const body = one("#reports tbody"), heads = all("#reports th"), rows = all("tr", body);
one("#find").addEventListener("input", (event) => {
  const words = event.target.value.trim().toLowerCase().split(/\s+/);
  for (const row of rows) row.hidden = !words.every((word) => row.textContent.toLowerCase().includes(word));
  const left = rows.filter((row) => !row.hidden).length;
  one("#shown").textContent = left === rows.length ? "" : `${left} / ${rows.length} 份`;
});
function value(row, column, sort) {
  const cell = row.cells[column];
  return sort === "number" ? Number(cell.dataset.value ?? cell.textContent) || 0 : cell.textContent;
}
heads.forEach((head, column) => {
  if (!head.dataset.sort) return;
  head.tabIndex = 0;
  const sort = () => {
    const down = head.getAttribute("aria-sort") ? head.getAttribute("aria-sort") === "ascending" : head.dataset.sort === "number";
    heads.forEach((h) => h.removeAttribute("aria-sort"));
    head.setAttribute("aria-sort", down ? "descending" : "ascending");
    const order = [...rows].sort((a, b) => {
      const [x, y] = [value(a, column, head.dataset.sort), value(b, column, head.dataset.sort)];
      return (typeof x === "number" ? x - y : x.localeCompare(y, "zh-CN")) * (down ? -1 : 1);
    });
    body.append(...order);
  };
  head.addEventListener("click", sort);
  head.addEventListener("keydown", (event) => { if (event.key === "Enter") sort(); });
});
