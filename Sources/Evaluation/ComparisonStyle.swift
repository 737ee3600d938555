extension ComparisonPage {
    static let style = """

        :root { color-scheme: light dark; --ink: #1d1b20; --paper: #fbfaf8; --line: #d8d4cf; --soft: #6b6670; --accent: #7a3fa0; }
        @media (prefers-color-scheme: dark) {
          :root { --ink: #e9e6ea; --paper: #17151a; --line: #3a3640; --soft: #a09aa6; --accent: #c79be6; }
        }
        * { box-sizing: border-box; }
        body { margin: 0 auto; max-width: 1600px; padding: 1.5rem 2rem 4rem; color: var(--ink); background: var(--paper);
          font: 15px/1.5 system-ui, -apple-system, "Segoe UI", "Helvetica Neue", Arial, "Liberation Sans", "DejaVu Sans", sans-serif; }
        h1 { font-size: 1.5rem; margin: 0; }
        h2 { font-size: 1.1rem; margin: 0 0 .5rem; overflow-wrap: anywhere; }
        small { color: var(--soft); font-size: .8em; font-weight: 400; }
        header p { color: var(--soft); max-width: 72ch; margin: .4rem 0 1.5rem; }
        kbd { font: .8em ui-monospace, Menlo, Consolas, "DejaVu Sans Mono", monospace; border: 1px solid var(--line);
          border-radius: 3px; padding: 0 .35em; }
        .summary p { margin: 0 0 .6rem; color: var(--soft); }
        [hidden] { display: none !important; }
        .scroll { overflow-x: auto; }
        table { border-collapse: collapse; font-variant-numeric: tabular-nums; }
        th, td { padding: .22rem 1.2rem .22rem 0; text-align: left; border-bottom: 1px solid var(--line); white-space: nowrap; }
        th:first-child { font-weight: 400; }
        td { vertical-align: baseline; }
        td b { display: inline-block; min-width: 4.2em; text-align: right; font-weight: 400; }
        td small { padding-left: .4em; }
        td.faults { white-space: normal; max-width: 16em; font-size: .9em; }
        details { margin: .8rem 0; color: var(--soft); max-width: 100ch; }
        details dl { display: grid; grid-template-columns: max-content 1fr; gap: .2rem 1rem; }
        details dd { margin: 0; }
        .legend { color: var(--soft); font-size: .85rem; margin: 1rem 0; }
        .legend span { display: inline-block; width: 12rem; height: .8em; margin: 0 .5em; vertical-align: -1px; }
        .recording { border-top: 1px solid var(--line); padding: 1.2rem 0 1.4rem; }
        .controls { display: flex; flex-wrap: wrap; gap: .5rem; align-items: center; margin-bottom: .8rem; }
        button { font: inherit; color: inherit; background: none; border: 1px solid var(--line); border-radius: 5px;
          padding: .2rem .8rem; cursor: pointer; }
        button:hover { border-color: var(--accent); }
        button.play { min-width: 3rem; color: var(--accent); border-color: var(--accent); }
        button.choice[aria-pressed="true"] { background: var(--accent); border-color: var(--accent); color: var(--paper); }
        button.choice[aria-pressed="true"] kbd { border-color: currentColor; }
        .time { color: var(--soft); font-variant-numeric: tabular-nums; margin-left: .5rem; }
        .exhibits { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(100%, 300px), 1fr)); gap: 1rem 1.4rem; }
        figure { margin: 0; max-width: 640px; min-width: 0; }
        figcaption { font-weight: 600; }
        .chosen figcaption { color: var(--accent); }
        .spectrogram { display: block; width: 100%; height: auto; cursor: crosshair; }
        .spectrogram text { font-size: 12px; fill: var(--soft); }
        .spectrogram .tick { stroke: var(--soft); stroke-width: 1; }
        .spectrogram .head { stroke: #fff; stroke-width: 1.5; opacity: .55; }
        .chosen .spectrogram .head { stroke: #4dffc3; opacity: 1; }
        audio { width: 100%; }
        .scores { display: grid; grid-template-columns: repeat(auto-fill, minmax(9rem, 1fr)); gap: .1rem .9rem;
          margin: .3rem 0 0; font-size: .85rem; font-variant-numeric: tabular-nums; }
        .scores div { display: flex; justify-content: space-between; gap: .4rem; border-bottom: 1px dotted var(--line); }
        .scores dt { color: var(--soft); white-space: nowrap; }
        .scores dd { margin: 0; }
        ul.faults { list-style: none; margin: .5rem 0 0; padding: 0; font-size: .85rem; }
        button.fault { border: 0; padding: .1rem 0; text-align: left; color: #b3261e; }
        button.fault:hover { text-decoration: underline; }
        @media (prefers-color-scheme: dark) { button.fault { color: #ff8a80; } }
        .abx { border-top: 1px solid var(--line); margin-top: 1.2rem; padding-top: 1.2rem; }
        .abx p { color: var(--soft); margin: 0 0 .6rem; max-width: 90ch; }
        .abx label { color: var(--soft); }
        .abx select, .abx input { font: inherit; color: var(--ink); background: var(--paper); border: 1px solid var(--line);
          border-radius: 5px; padding: .15rem .4rem; }
        .abx .number { color: var(--ink); font-weight: 600; }
        .abx .outcome { color: var(--ink); }
        .abx .answer { border-color: var(--accent); }
        .abx .answer:disabled { opacity: .4; border-color: var(--line); cursor: default; }
        .abx .warning { color: #b3261e; }
        .blind .summary, .blind .legend, .blind .recording, .blind header p { display: none; }
        .reference { color: var(--soft); font-size: .85rem; margin: .3rem 0 0; }

        """
}
