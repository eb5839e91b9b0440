// What somebody who cannot see a picture, or looks for its numbers, misses on a page.
() => {
    const faults = [];
    const shown = one => one.checkVisibility ? one.checkVisibility() : true;
    const short = one => one.outerHTML.slice(0, 120);
    const named = one =>
        one.getAttribute("aria-label")?.trim()
        || one.querySelector(":scope > title")?.textContent.trim()
        || (one.getAttribute("aria-labelledby") ?? "").split(/\s+/).filter(Boolean)
            .map(id => document.getElementById(id)?.textContent ?? "").join(" ").trim();
    const content = document.querySelector("article") ?? document.body;

    for (const one of document.querySelectorAll("img"))
        if (!one.hasAttribute("alt")) faults.push(["alt", `a picture has no alt: ${short(one)}`]);
    for (const one of content.querySelectorAll("svg")) {
        const hidden = one.closest("[aria-hidden=true]");
        const spoken = one.closest("a, button, label, summary");
        if (one.getAttribute("role") === "img" ? !named(one) : !hidden && !spoken)
            faults.push(["alt", `a drawing has no name: ${short(one)}`]);
    }

    // The table stands in the figure, or after it, before the next figure or heading. A small
    // drawing does without one where the sentences around it hold each of its numbers.
    const numbers = text => text.match(/[0-9]+([.,][0-9]+)?/g) ?? [];
    const told = one => {
        const around = numbers(one.closest("li, td, section, div:not(.lab-figure)")?.innerText ?? "");
        return numbers(named(one)).every(number => around.includes(number));
    };
    const beside = one => {
        if (one.closest("table") || told(one)) return true;
        const figure = one.closest("figure, .lab-figure") ?? one;
        if (figure.querySelector("table")) return true;
        for (let at = figure; at && at !== content; at = at.parentElement)
            for (let next = at.nextElementSibling; next; next = next.nextElementSibling) {
                if (next.matches("table") || next.querySelector("table")) return true;
                if (next.matches("h1, h2, h3") || next.querySelector("svg[role=img]")) return false;
            }
        return false;
    };
    for (const one of content.querySelectorAll("svg[role=img]"))
        if (!beside(one)) faults.push(["table", `no table beside: ${named(one)}`]);

    const titles = [...document.querySelectorAll("h1")].filter(shown);
    if (titles.length !== 1) faults.push(["title", `${titles.length} headings of level 1`]);
    if (!document.title.trim()) faults.push(["title", "the page has no title"]);
    return faults;
}
