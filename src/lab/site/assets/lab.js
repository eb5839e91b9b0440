// Small comforts where a script may run: sorting, filtering, and scrolling with the keyboard.
// Without it every page can be read as it stands. Nothing is loaded from anywhere.
(() => {
  "use strict";

  const plain = (cell) => (cell.dataset.sort ?? cell.textContent).trim();

  // Numbers of different metrics are not compared with each other: they stay in their groups.
  function compare(left, right) {
    const [a, b] = [plain(left), plain(right)];
    if (a === "" || b === "") return (a === "") - (b === "");
    const groups = [left.dataset.group ?? "", right.dataset.group ?? ""];
    if (groups[0] !== groups[1]) return groups[0].localeCompare(groups[1]);
    const [x, y] = [Number(a), Number(b)];
    return Number.isNaN(x) || Number.isNaN(y) ? a.localeCompare(b) : x - y;
  }

  function sortable(table) {
    const body = table.tBodies[0];
    const heads = [...table.tHead.rows[0].cells];
    heads.forEach((head, column) => {
      const button = document.createElement("button");
      button.type = "button";
      button.textContent = head.textContent;
      head.textContent = "";
      head.append(button);
      button.addEventListener("click", () => {
        const down = head.getAttribute("aria-sort") === "ascending";
        heads.forEach((one) => one.removeAttribute("aria-sort"));
        head.setAttribute("aria-sort", down ? "descending" : "ascending");
        const rows = [...body.rows].sort((a, b) => compare(a.cells[column], b.cells[column]));
        body.append(...(down ? rows.reverse() : rows));
      });
    });
  }

  function filterable(list, items, place) {
    const label = document.createElement("label");
    const field = document.createElement("input");
    const count = document.createElement("span");
    label.className = "lab-filter";
    field.type = "search";
    count.setAttribute("role", "status");
    label.append("Show those with ", field, count);
    place.before(label);
    field.addEventListener("input", () => {
      const words = field.value.toLowerCase().split(/\s+/).filter(Boolean);
      let shown = 0;
      items.forEach((item) => {
        const text = item.textContent.toLowerCase();
        item.hidden = !words.every((word) => text.includes(word));
        shown += !item.hidden;
      });
      count.textContent = words.length ? ` ${shown} of ${items.length}` : "";
    });
  }

  // What the theme lets scroll, by the name that it is given.
  const SCROLLING = {
    ".md-typeset__scrollwrap, .md-typeset__table": "Table",
    ".md-sidebar__scrollwrap": "Contents",
  };

  function reachable() {
    for (const [which, name] of Object.entries(SCROLLING)) {
      document.querySelectorAll(which).forEach((one) => {
        const scrolls = one.scrollWidth > one.clientWidth || one.scrollHeight > one.clientHeight;
        if (scrolls && !one.hasAttribute("tabindex")) {
          one.tabIndex = 0;
          one.setAttribute("role", "region");
          one.setAttribute("aria-label", name);
        }
      });
    }
  }

  // A choice above the board for each thing that its cards say of themselves.
  function choosable(board, name, key) {
    const cards = [...board.querySelectorAll(".lab-card")];
    const known = [...new Set(cards.map((card) => card.dataset[key]).filter(Boolean))].sort();
    if (known.length < 2) return null;
    const label = document.createElement("label");
    const choice = document.createElement("select");
    label.className = "lab-filter";
    choice.append(new Option("all", ""), ...known.map((one) => new Option(one, one)));
    label.append(`${name} `, choice);
    board.before(label);
    return (card) => !choice.value || card.dataset[key] === choice.value;
  }

  function filterBoard(board) {
    const chosen = [
      choosable(board, "Cards of", "person"),
      choosable(board, "in the iteration", "iteration"),
    ].filter(Boolean);
    const place = board.parentElement;
    place.addEventListener("change", () => {
      board.querySelectorAll(".lab-card").forEach((card) => {
        card.hidden = !chosen.every((fits) => fits(card));
      });
    });
  }

  // A page is read on other days than the one on which it was written.
  function ages() {
    document.querySelectorAll(".lab-age").forEach((one) => {
      const days = Math.floor((Date.now() - Date.parse(one.dataset.since)) / 86400000);
      if (days < 0) return;
      one.textContent = days === 0 ? "today" : `${days} ${days === 1 ? "day" : "days"}`;
    });
  }

  // Lists that a reader has folded away are complete on paper.
  function whole() {
    document.querySelectorAll("details.lab-whole").forEach((one) => (one.open = true));
  }

  function comfort() {
    ages();
    addEventListener("beforeprint", whole);
    document.querySelectorAll("table.lab-sort").forEach((table) => {
      sortable(table);
      filterable(table, [...table.tBodies[0].rows], table.closest(".lab-scroll") ?? table);
    });
    document.querySelectorAll(".lab-board").forEach(filterBoard);
    document.querySelectorAll("ul.lab-find").forEach((list) => {
      filterable(list, [...list.children], list);
    });
    // The theme wraps tables after the page was loaded.
    const watch = new MutationObserver(() => reachable());
    watch.observe(document.body, { childList: true, subtree: true });
    addEventListener("resize", () => reachable());
    reachable();
  }

  if (document.readyState === "loading") {
    document.addEventListener("DOMContentLoaded", comfort);
  } else {
    comfort();
  }
})();
