// A small button at each chart and picture of the page that hands it over as a file. The person's own browser draws
// it: no server, no network. One component a page looks after all of them, also those that are drawn later.
const MENU = "se-download";
const PRINT = 2400; // px across: 20 cm at 300 dots an inch
const LEAST = 720; // px that a chart is laid out on, so that one taken on a phone is no strip
const LOW = 48; // px of a picture that is only a scale

const slug = (text) => text.toLowerCase().replace(/[^\p{L}\p{N}_.]+/gu, "-").replace(/^-+|-+$/g, "").slice(0, 60);

function save(blob, name) {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(blob);
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 60000);
}

// plotly.js is no global of the app. Its own button (hidden by our style) reads its options when it is pressed, and has
// copied the figure before it returns: so ground and letters of the file are set for that moment. A picture knows no
// font of the page; with one that every machine has, texts take the room that was measured for them.
function saveChart(graph, format, name, ground) {
  const width = Math.max(graph.clientWidth, LEAST);
  const options = { format, filename: name, width, height: graph.clientHeight };
  graph._context.toImageButtonOptions = { ...options, scale: format === "svg" ? 1 : PRINT / width };
  const { paper_bgcolor, font } = graph.layout;
  Object.assign(graph.layout, { paper_bgcolor: ground, font: { ...font, family: "sans-serif" } });
  try {
    graph.querySelector(".modebar-btn").click();
  } finally {
    Object.assign(graph.layout, { paper_bgcolor, font });
  }
}

async function savePicture(picture, format, name, ground) {
  const blob = await (await fetch(picture.src)).blob();
  if (format === "svg" || blob.type === "image/png") return save(blob, `${name}.${format}`);
  const drawn = document.createElement("canvas"); // a drawing, or a picture of another format
  const scale = Math.max(1, PRINT / picture.clientWidth);
  drawn.width = picture.clientWidth * scale;
  drawn.height = picture.clientHeight * scale;
  const pen = drawn.getContext("2d");
  pen.fillStyle = ground;
  pen.fillRect(0, 0, drawn.width, drawn.height);
  pen.drawImage(picture, 0, 0, drawn.width, drawn.height);
  drawn.toBlob((png) => save(png, `${name}.png`), "image/png");
}

function menu(what, formats, words, take) {
  const box = document.createElement("details");
  box.className = MENU;
  const opener = document.createElement("summary");
  opener.setAttribute("aria-label", words.of.replace("{what}", what));
  opener.title = words.open;
  opener.textContent = "⤓";
  box.append(opener);
  const list = document.createElement("div");
  for (const format of formats) {
    const button = document.createElement("button");
    button.type = "button";
    button.textContent = format.toUpperCase();
    const told = words.as.replace("{format}", format.toUpperCase()).replace("{what}", what);
    button.setAttribute("aria-label", told);
    button.onclick = () => {
      box.open = false;
      take(format);
    };
    list.append(button);
  }
  box.append(list);
  box.addEventListener("keydown", (event) => event.key === "Escape" && (box.open = false)); // as onkeydown it would hold tab
  box.addEventListener("focusout", (event) => box.contains(event.relatedTarget) || (box.open = false));
  return box;
}

let data; // of the last run: another one may bring another network, ground or language
let words; // that the buttons at hand speak

export default function (run) {
  data = run.data;
  if (words !== JSON.stringify(data.words)) document.querySelectorAll(`.${MENU}`).forEach((box) => box.remove());
  words = JSON.stringify(data.words);
  const page = slug(location.pathname.split("/").pop() || "explore");
  const name = (figure) => [page, figure, slug(data.network)].filter(Boolean).join("-");

  function dress() {
    for (const holder of document.querySelectorAll(".stPlotlyChart")) {
      const graph = holder.querySelector(".js-plotly-plot");
      if (!graph?.querySelector(".modebar-btn") || holder.querySelector(`:scope > .${MENU}`)) continue;
      graph._seFigure ??= graph._context.toImageButtonOptions.filename;
      const what = holder.getAttribute("aria-label") || graph._seFigure;
      const take = (format) => saveChart(graph, format, name(graph._seFigure), data.ground);
      holder.append(menu(what.split(/[:;：；]/)[0], ["png", "svg"], data.words, take));
    }
    for (const picture of document.querySelectorAll('[data-testid="stImageContainer"] img')) {
      const holder = picture.closest('[data-testid="stImageContainer"]');
      if (holder.querySelector(`:scope > .${MENU}`)) continue;
      if (!picture.complete) {
        picture.addEventListener("load", dress, { once: true });
        continue;
      }
      if (picture.naturalHeight && picture.naturalHeight < LOW) continue; // a colour scale, which the arrow would cover
      const drawing = picture.src.includes("svg");
      const take = (format) => savePicture(picture, format, name(slug(picture.alt)), data.ground);
      const box = menu(picture.alt.split(/[:;：；]/)[0], drawing ? ["png", "svg"] : ["png"], data.words, take);
      box.classList.toggle("se-photo", !drawing); // a drawing begins at the left, often with its name
      holder.append(box);
    }
  }

  let waiting = 0;
  const watcher = new MutationObserver(() => {
    waiting ||= setTimeout(() => {
      waiting = 0;
      dress();
    }, 150);
  });
  watcher.observe(document.body, { childList: true, subtree: true });
  dress();
  return () => {
    watcher.disconnect();
    clearTimeout(waiting);
    document.querySelectorAll(`.${MENU}`).forEach((box) => box.remove());
  };
}
