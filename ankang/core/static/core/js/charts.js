// Draws every [data-chart] from the JSON block it names. Colors come from the tokens, labels sit on the lines.
const token = (name) => getComputedStyle(document.body).getPropertyValue(name).trim();
const thousands = (n) => n.toLocaleString("zh-CN");
const isWall = document.documentElement.classList.contains("ak-wall");
const size = isWall ? 18 : 13;
const text = (extra) => ({ fontFamily: getComputedStyle(document.body).fontFamily, fontSize: size, color: token("--ak-ink-2"), ...extra });
const baseline = () => ({ axisTick: { show: false }, axisLine: { lineStyle: { color: token("--ak-line") } } });

/** Counted against the straight line to the deadline; dotted is the forecast at the recent pace. */
function pace(d) {
  const blue = token("--ak-primary");
  const last = d.points.at(-1);
  const when = (day) => new Date(day).getTime();
  const isLate = when(last[0]) - when(d.start) > 0.7 * (when(d.end) - when(d.start));
  return {
    animation: false,
    grid: { left: 4, right: isWall ? 90 : 62, top: isWall ? 30 : 20, bottom: isWall ? 34 : 24 },
    xAxis: { type: "time", min: d.start, max: d.end, splitLine: { show: false }, ...baseline(),
      axisLabel: text({ customValues: d.ticks, formatter: (v) => `${new Date(v).getMonth() + 1}月`, hideOverlap: true }) },
    yAxis: { type: "value", max: d.target, min: 0, show: false },
    series: [
      { type: "line", data: [[d.start, 0], [d.end, d.target]], symbol: "none", lineStyle: { color: token("--ak-edge"), width: 1.5, type: "dashed" },
        endLabel: { show: true, ...text({ formatter: thousands(d.target) }) },
        markPoint: d.nameAt && { symbolSize: 0, data: [{ coord: d.nameAt }],
          label: { show: true, position: d.nameSide, offset: d.nameSide === "left" ? [0, -size] : [0, size], ...text({ formatter: "进度线" }) } } },
      { type: "line", data: d.forecast ? [last, d.forecast] : [], symbol: "none", lineStyle: { color: blue, width: 2, type: "dotted" } },
      { type: "line", data: d.points, symbol: "none", lineStyle: { color: blue, width: 3 }, areaStyle: { color: blue, opacity: 0.1 },
        markPoint: { symbol: "circle", symbolSize: 9, itemStyle: { color: blue }, data: [{ coord: last }],
          label: { show: true, position: isLate ? "left" : "right", offset: [0, isLate ? -size : size], ...text({ color: token("--ak-ink"), fontWeight: 600, formatter: `已计入 ${thousands(last[1])}` }) } } },
    ],
  };
}

/** Seconds a day: credited below, refused above, each with its own figure. */
function seconds(d) {
  const bar = (data, color, position, ink) => ({ type: "bar", stack: "s", barMaxWidth: 40, data, itemStyle: { color },
    label: { show: true, position, ...text({ color: ink, formatter: (p) => (p.value ? thousands(p.value) : "") }) } });
  return {
    animation: false, grid: { left: 0, right: 0, top: 24, bottom: 26 },
    xAxis: { type: "category", data: d.days, axisLabel: text(), ...baseline() },
    yAxis: { type: "value", show: false },
    series: [bar(d.credited, token("--ak-ok-fill"), "inside", "#fff"), bar(d.refused, token("--ak-warn-fill"), "top", token("--ak-warn"))],
  };
}

/** One figure per name, largest label first come from the server's order. */
function bars(d) {
  return {
    animation: false, grid: { left: 4, right: 70, top: 0, bottom: 0, containLabel: true },
    xAxis: { type: "value", show: false },
    yAxis: { type: "category", inverse: true, data: d.names, axisLabel: text({ color: token("--ak-ink") }), ...baseline() },
    series: [{ type: "bar", barMaxWidth: 20, data: d.values, itemStyle: { color: token("--ak-primary") },
      label: { show: true, position: "right", ...text({ formatter: (p) => thousands(p.value) }) } }],
  };
}

/** One figure per day, week or month; the last one is named. */
function trend(d) {
  const blue = token("--ak-primary");
  const last = d.values.length - 1;
  return {
    animation: false, grid: { left: 12, right: 40, top: 28, bottom: 26 },
    xAxis: { type: "category", data: d.names, boundaryGap: false, axisLabel: text({ hideOverlap: true }), ...baseline() },
    yAxis: { type: "value", show: false, min: 0 },
    series: [{ type: "line", data: d.values, symbol: "none", lineStyle: { color: blue, width: 3 }, areaStyle: { color: blue, opacity: 0.1 },
      markPoint: { symbol: "circle", symbolSize: 9, itemStyle: { color: blue }, data: [{ coord: [last, d.values[last]] }],
        label: { show: true, position: "top", ...text({ color: token("--ak-ink"), fontWeight: 600, formatter: thousands(d.values[last]) }) } } }],
  };
}

const kinds = { pace, seconds, bars, trend };

function draw(root) {
  for (const box of root.querySelectorAll("[data-chart]")) {
    const data = JSON.parse(document.getElementById(box.dataset.source).textContent);
    const chart = echarts.init(box, null, { renderer: "svg" });
    chart.setOption(kinds[box.dataset.chart](data));
    new ResizeObserver(() => chart.resize()).observe(box);
  }
}

draw(document);
document.addEventListener("htmx:afterSwap", (event) => draw(event.detail.target));
