// What is wrong with this page, as a list of sentences; empty: nothing that can be seen from here.
(() => {
  const wrong = [];
  const where = (node) => {
    const id = node.id ? `#${node.id}` : "";
    const kind = node.classList?.length ? `.${[...node.classList].join(".")}` : "";
    return `<${node.tagName.toLowerCase()}${id}${kind}> "${(node.textContent ?? "").trim().slice(0, 40)}"`;
  };
  const page = document.documentElement;
  if (page.scrollWidth > page.clientWidth) {
    const wide = [...document.body.querySelectorAll("*")].filter(
      (one) => one.getBoundingClientRect().right > page.clientWidth + 1 && !one.closest(".wide, .tabs, svg, [popover]"),
    );
    wrong.push(`scrolls sideways: ${page.scrollWidth} > ${page.clientWidth} px: ${wide.slice(0, 3).map(where).join(" ")}`);
  }

  // Colours. WCAG 2.2, 1.4.3: 4.5 to 1, and 3 to 1 for large text (24 px, or bold from 18.66 px).
  const parse = (text) => {
    const made = text.match(/^rgba?\(([^)]+)\)$/);
    if (made) {
      const [r, g, b, a = 1] = made[1].split(/[ ,/]+/).map(Number);
      return { r, g, b, a };
    }
    const srgb = text.match(/^color\(srgb ([^)]+)\)$/);
    if (!srgb) return null;
    const [r, g, b, a = 1] = srgb[1].split(/[ /]+/).map(Number);
    return { r: r * 255, g: g * 255, b: b * 255, a };
  };
  const over = (top, below) => ({
    r: top.r * top.a + below.r * (1 - top.a),
    g: top.g * top.a + below.g * (1 - top.a),
    b: top.b * top.a + below.b * (1 - top.a),
    a: 1,
  });
  const light = ({ r, g, b }) => {
    const [x, y, z] = [r, g, b].map((c) => (c / 255 <= 0.04045 ? c / 255 / 12.92 : ((c / 255 + 0.055) / 1.055) ** 2.4));
    return 0.2126 * x + 0.7152 * y + 0.0722 * z;
  };
  const ratio = (one, other) => {
    const [high, low] = [light(one), light(other)].sort((a, b) => b - a);
    return (high + 0.05) / (low + 0.05);
  };
  const ground = (node) => {
    const layers = [];
    for (let at = node; at; at = at.parentElement) {
      const colour = parse(getComputedStyle(at).backgroundColor);
      if (colour && colour.a > 0) layers.push(colour);
      if (colour?.a === 1) break;
    }
    return layers.reduceRight((below, top) => over(top, below), { r: 255, g: 255, b: 255, a: 1 });
  };
  const isSeen = (node) => {
    const style = getComputedStyle(node);
    const box = node.getBoundingClientRect();
    return style.visibility !== "hidden" && style.display !== "none" && box.width > 0 && box.height > 0 && node.checkVisibility();
  };
  const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (texts.nextNode()) {
    const node = texts.currentNode.parentElement;
    if (!texts.currentNode.textContent.trim() || !node || node.closest("script, style, .skip") || !isSeen(node)) continue;
    const style = getComputedStyle(node);
    const colour = parse(node.closest("svg") ? style.fill : style.color);
    if (!colour) continue;
    const size = parseFloat(style.fontSize);
    const isLarge = size >= 24 || (size >= 18.66 && Number(style.fontWeight) >= 600);
    const found = ratio(over(colour, ground(node)), ground(node));
    if (found < (isLarge ? 3 : 4.5)) wrong.push(`contrast ${found.toFixed(2)}: ${where(node)}`);
  }

  // Names. A person who does not see the page is told what each thing is.
  const name = (node) =>
    node.getAttribute("aria-label") ||
    (node.getAttribute("aria-labelledby") ?? "").split(" ").map((id) => document.getElementById(id)?.textContent ?? "").join("").trim() ||
    [...(node.labels ?? [])].map((label) => label.textContent).join("").trim();
  for (const field of document.querySelectorAll("input:not([type=hidden]), select, textarea")) {
    if (!name(field)) wrong.push(`no label: ${where(field)} name=${field.name}`);
  }
  for (const thing of document.querySelectorAll("a[href], button")) {
    if (!name(thing) && !thing.textContent.trim()) wrong.push(`no name: ${where(thing)}`);
  }
  for (const drawn of document.querySelectorAll("svg")) {
    if (!drawn.closest("[aria-hidden=true]") && !name(drawn)) wrong.push(`a drawing without words: ${where(drawn)}`);
  }
  for (const table of document.querySelectorAll("table")) {
    if (!table.querySelector("th")) wrong.push(`a table without heads: ${where(table)}`);
  }
  const heads = [...document.querySelectorAll("h1")].filter(isSeen);
  if (heads.length !== 1) wrong.push(`${heads.length} headings of the first rank`);
  const ids = [...document.querySelectorAll("[id]")].map((one) => one.id);
  for (const id of new Set(ids.filter((one, at) => ids.indexOf(one) !== at))) wrong.push(`two things are called #${id}`);
  for (const at of document.querySelectorAll("[aria-labelledby]")) {
    for (const id of at.getAttribute("aria-labelledby").split(" ")) {
      if (!document.getElementById(id)) wrong.push(`named by #${id}, which is not there: ${where(at)}`);
    }
  }
  if (!document.title.trim()) wrong.push("no title");
  if (!page.lang) wrong.push("no language");
  return wrong;
})()
