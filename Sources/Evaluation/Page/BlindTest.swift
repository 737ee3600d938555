/// The part of the page with which a listener tests whether two systems can be told apart: A/B/X (Clark, 1982).
///
/// In each trial A and B are the two systems in random order, on a random recording, and X is one of them
/// again. All three play in step, at one level, since a difference of 0.3 dB would be a clue that has nothing to do with quality. The
/// page hides everything that tells them apart. The result is a JSON file with each trial, and the probability of as many right
/// answers by guessing, the tail of a binomial distribution with p = 1/2.
extension ComparisonPage {
    static let blindTestHTML = """
        <section class="abx">
        <h2>Blind test</h2>
        <p>Can you tell two of them apart? In each trial A and B are the two in random order, X is one of them again: say which.
        Listen as often as you like; levels are matched. The result is saved as a file.</p>
        <div class="controls setup">
        <label>Compare <select class="first"></select></label>
        <label>with <select class="second"></select></label>
        <label>in <input class="count" type="number" min="1" max="100" value="16" /> trials</label>
        <button class="begin" type="button">Begin</button>
        <output class="warning"></output>
        </div>
        <div class="trial" hidden="hidden">
        <p class="number"></p>
        <div class="controls">
        <button class="play" type="button" aria-label="Play or pause">&#9654;</button>
        <button class="choice" type="button" data-letter="A">A</button>
        <button class="choice" type="button" data-letter="B">B</button>
        <button class="choice" type="button" data-letter="X">X</button>
        <output class="time"></output>
        </div>
        <div class="controls answers">
        <button class="answer" type="button" data-letter="A">X is A</button>
        <button class="answer" type="button" data-letter="B">X is B</button>
        <button class="end" type="button">End here</button>
        </div>
        <p class="hint">Keys: <kbd>space</kbd> plays and pauses, <kbd>A</kbd>, <kbd>B</kbd>, <kbd>X</kbd> switch. Answers open once all three were heard.</p>
        </div>
        <div class="result" hidden="hidden"><p class="outcome"></p><p><a class="file">Save the result again</a></p></div>
        </section>
        """

    static let blindTest = #"""
        let test = null;
        const abx = document.querySelector(".abx");
        const part = name => abx.querySelector("." + name);
        const names = [...new Set(all.flatMap(recording => recording.names))];
        [part("first"), part("second")].forEach((list, position) => names.forEach((name, index) => {
          const option = new Option(name, name, false, index === position);
          list.append(option);
        }));
        function random(count) { return crypto.getRandomValues(new Uint32Array(1))[0] % count; }
        function shuffled(items) {
          const result = [...items];
          for (let i = result.length - 1; i > 0; i--) {
            const j = random(i + 1);
            [result[i], result[j]] = [result[j], result[i]];
          }
          return result;
        }
        /// The probability that guessing gets as many right, or more.
        function chance(correct, count) {
          let sum = 0, term = Math.pow(0.5, count);
          for (let k = 0; k <= count; k++) {
            if (k >= correct) sum += term;
            term *= (count - k) / (k + 1);
          }
          return Math.min(1, sum);
        }

        part("begin").addEventListener("click", () => {
          const first = part("first").value, second = part("second").value;
          const fit = all.filter(recording => recording.names.includes(first) && recording.names.includes(second));
          const planned = Math.max(1, Math.min(100, Math.round(Number(part("count").value)) || 16));
          part("warning").textContent = first === second ? "Choose two that differ." : "";
          if (first === second || !fit.length) return;
          all.forEach(recording => recording.deck.stop());
          let order = [];
          while (order.length < planned) order = order.concat(shuffled(fit));
          test = { first, second, planned, order, begun: new Date(), trials: [], trial: null };
          document.body.classList.add("blind");
          part("setup").hidden = true;
          part("result").hidden = true;
          part("trial").hidden = false;
          nextTrial();
          abx.scrollIntoView();
        });

        function nextTrial() {
          const number = test.trials.length + 1, recording = test.order[number - 1];
          const [a, b] = shuffled([test.first, test.second]), x = "AB"[random(2)];
          const element = name => recording.elements[recording.names.indexOf(name)];
          const deck = new Deck([element(a), element(b), element(x === "A" ? a : b)], showTrial, true);
          test.trial = { recording, a, b, x, deck, heard: { A: 0, B: 0, X: 0 }, begun: Date.now() };
          part("number").textContent = `Trial ${number} of ${test.planned}`;
          showTrial();
        }
        function showTrial() {
          if (!test || !test.trial) return;
          const { deck, heard } = test.trial;
          abx.querySelectorAll(".trial .choice").forEach((choice, index) =>
            choice.setAttribute("aria-pressed", index === deck.chosen));
          abx.querySelector(".trial .play").textContent = deck.isPlaying ? "❚❚" : "▶";
          abx.querySelector(".trial .time").textContent = deck.position.toFixed(2) + " s";
          abx.querySelectorAll(".answer").forEach(answer => { answer.disabled = !(heard.A && heard.B && heard.X); });
          if (deck.isPlaying) requestAnimationFrame(showTrial);
        }
        function hear(letter) {
          const { deck, heard } = test.trial;
          heard[letter] += 1;
          deck.choose("ABX".indexOf(letter));
          if (!deck.isPlaying) deck.start();
        }
        function togglePlay() {
          const { deck, heard } = test.trial;
          if (!deck.isPlaying) heard["ABX"[deck.chosen]] += 1;
          deck.toggle();
        }
        function answer(letter) {
          const trial = test.trial;
          if (!(trial.heard.A && trial.heard.B && trial.heard.X)) return;
          trial.deck.stop();
          test.trials.push({
            number: test.trials.length + 1, recording: trial.recording.section.dataset.name, a: trial.a, b: trial.b, x: trial.x,
            answer: letter, correct: letter === trial.x, seconds: (Date.now() - trial.begun) / 1000, heard: trial.heard,
          });
          test.trial = null;
          if (test.trials.length < test.planned) nextTrial(); else finish();
        }
        function testKey(key) {
          const letter = key.toUpperCase();
          if (key === " ") togglePlay();
          else if (letter.length === 1 && "ABX".includes(letter)) hear(letter);
          else return false;
          return true;
        }
        function finish() {
          if (test.trial) test.trial.deck.stop();
          const { first, second, planned, trials, begun } = test;
          const correct = trials.filter(trial => trial.correct).length;
          test = null;
          document.body.classList.remove("blind");
          part("trial").hidden = true;
          part("setup").hidden = false;
          if (!trials.length) return;
          const result = {
            test: "A/B/X", page: document.title, first, second, begun: begun.toISOString(), ended: new Date().toISOString(),
            levelsMatched: true, planned, count: trials.length, correct, pValue: chance(correct, trials.length), trials,
          };
          part("result").hidden = false;
          part("outcome").textContent = `${correct} of ${trials.length} right. Guessing gets as many or more with a chance of `
            + `${(100 * result.pValue).toPrecision(3)} %` + (trials.length < planned ? ` (ended before ${planned} trials).` : ".");
          const file = part("file");
          if (file.href) URL.revokeObjectURL(file.href);
          file.href = URL.createObjectURL(new Blob([JSON.stringify(result, null, 2) + "\n"], { type: "application/json" }));
          file.download = `abx-${first}-${second}-${result.ended.slice(0, 19)}.json`.replace(/[^\w.-]+/g, "-");
          file.click();
          abx.scrollIntoView();
        }
        part("end").addEventListener("click", finish);
        abx.querySelector(".trial .play").addEventListener("click", () => togglePlay());
        abx.querySelectorAll(".trial .choice").forEach(choice => choice.addEventListener("click", () => hear(choice.dataset.letter)));
        abx.querySelectorAll(".answer").forEach(button => button.addEventListener("click", () => answer(button.dataset.letter)));
        """#
}
