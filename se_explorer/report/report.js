// Draws the figures of this file and hands charts, pictures and tables over. Asks for nothing from anywhere.
"use strict";
(() => {
  const PRINT = 2400; // px across: 20 cm at 300 dots an inch
  const network = document.body.dataset.network;

  function save(blob, name) {
    const link = document.createElement("a");
    link.href = URL.createObjectURL(blob);
    link.download = name;
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 60000);
  }

  const fileOf = (holder) => `report-${holder.dataset.name}-${network}`;
  const onButtons = (holder, take) =>
    holder.querySelectorAll(".save button").forEach((button) => {
      const words = { format: button.textContent, what: button.parentElement.dataset.what };
      button.setAttribute("aria-label", document.body.dataset.save.replace(/\{(\w+)\}/g, (_, name) => words[name]));
      button.onclick = () => take(button.dataset.format);
    });

  for (const holder of document.querySelectorAll(".chart")) {
    const figure = JSON.parse(holder.querySelector("script").textContent);
    const plot = holder.querySelector(".plot");
    Plotly.newPlot(plot, figure.data, figure.layout, { displayModeBar: false, responsive: true, scrollZoom: false });
    onButtons(holder, (format) => {
      const font = { ...figure.layout.font, family: "sans-serif" };
      const copy = { data: figure.data, layout: { ...figure.layout, paper_bgcolor: "#fff", font } };
      const width = Math.max(plot.clientWidth, 720);
      const size = { width, height: plot.clientHeight, scale: format === "svg" ? 1 : PRINT / width };
      Plotly.downloadImage(copy, { format, filename: fileOf(holder), ...size });
    });
  }
  for (const holder of document.querySelectorAll(".image")) {
    onButtons(holder, () => {
      const bytes = atob(holder.querySelector("img").src.split(",")[1]);
      const blob = new Blob([Uint8Array.from(bytes, (letter) => letter.charCodeAt(0))], { type: "image/png" });
      save(blob, `${fileOf(holder)}.png`);
    });
  }
  for (const holder of document.querySelectorAll(".table")) {
    const text = JSON.parse(holder.querySelector(".csv").textContent);
    onButtons(holder, () => save(new Blob([text], { type: "text/csv" }), `${fileOf(holder)}.csv`));
  }

  let folded = [];
  addEventListener("beforeprint", () => {
    folded = [...document.querySelectorAll("details:not([open])")];
    folded.forEach((details) => (details.open = true));
    document.querySelectorAll(".plot").forEach((plot) => Plotly.Plots.resize(plot));
  });
  addEventListener("afterprint", () => folded.forEach((details) => (details.open = false)));
})();
