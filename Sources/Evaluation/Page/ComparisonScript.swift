extension ComparisonPage {
    /// The script: all versions of a recording play at once, sample by sample, and one of them is heard; one recording plays at a
    /// time.
    static let script = players + recordings + blindTest

    /// The class `Deck`, which plays any number of sounds in step.
    private static let players = #"""
        "use strict";
        let audio = null;
        const decodings = new Map();
        /// The sound of an element, decoded once.
        function decoded(element) {
          if (!decodings.has(element)) {
            const text = atob(element.src.slice(element.src.indexOf(",") + 1));
            const bytes = Uint8Array.from(text, character => character.charCodeAt(0));
            decodings.set(element, audio.decodeAudioData(bytes.buffer));
          }
          return decodings.get(element);
        }

        /// The factors that bring all sounds to the root mean square of the softest.
        function matching(sounds) {
          const levels = sounds.map(sound => {
            let sum = 0;
            for (const sample of sound.getChannelData(0)) sum += sample * sample;
            return Math.sqrt(sum / sound.length);
          });
          const least = Math.min(...levels.filter(level => level > 0));
          return levels.map(level => level > 0 ? least / level : 1);
        }

        class Deck {
          /// `isMatched`: whether all are brought to the level of the softest.
          constructor(elements, whenChanged, isMatched = false) {
            this.elements = elements;
            this.isMatched = isMatched;
            this.whenChanged = whenChanged;
            this.chosen = 0;
            this.rest = 0;
            this.duration = 0;
            this.running = null;
            this.wanted = 0;
          }
          get isPlaying() { return this.running !== null; }
          /// The position in seconds.
          get position() {
            if (!this.running) return this.rest;
            return Math.max(this.rest, Math.min(this.duration, audio.currentTime - this.running.origin));
          }
          async start() {
            this.stop();
            const ticket = ++this.wanted;
            audio = audio || new AudioContext();
            if (audio.state === "suspended") await audio.resume();
            const sounds = await Promise.all(this.elements.map(decoded));
            if (ticket !== this.wanted) return;
            this.duration = Math.max(...sounds.map(sound => sound.duration));
            if (this.duration - this.rest < 0.02) this.rest = 0;
            this.factors = this.isMatched ? matching(sounds) : sounds.map(() => 1);
            const begin = audio.currentTime + 0.03, offset = this.rest;
            const running = { origin: begin - offset, sources: [], gains: [] };
            sounds.forEach((sound, index) => {
              const source = new AudioBufferSourceNode(audio, { buffer: sound });
              const gain = new GainNode(audio, { gain: index === this.chosen ? this.factors[index] : 0 });
              source.connect(gain).connect(audio.destination);
              source.start(begin, Math.min(offset, sound.duration));
              running.sources.push(source);
              running.gains.push(gain);
            });
            const longest = running.sources[sounds.findIndex(sound => sound.duration === this.duration)];
            longest.addEventListener("ended", () => {
              if (this.running !== running) return;
              this.stop();
              this.rest = 0;
              this.whenChanged();
            });
            this.running = running;
            this.whenChanged();
          }
          stop() {
            this.wanted += 1;
            if (!this.running) return;
            this.rest = this.position;
            const sources = this.running.sources;
            this.running = null;
            sources.forEach(source => source.stop());
            this.whenChanged();
          }
          /// Switches to another sound at the same place, within 10 ms.
          choose(index) {
            this.chosen = index;
            if (this.running) this.running.gains.forEach((gain, other) =>
              gain.gain.setTargetAtTime(other === index ? this.factors[other] : 0, audio.currentTime, 0.003));
            this.whenChanged();
          }
          seek(seconds) {
            const wasPlaying = this.isPlaying;
            this.stop();
            this.rest = Math.max(0, seconds);
            if (wasPlaying) this.start(); else this.whenChanged();
          }
          toggle() { if (this.isPlaying) this.stop(); else this.start(); }
        }

        """#

    private static let recordings = #"""
        let active = null;
        const all = [...document.querySelectorAll(".recording")].map(section => {
          const figures = [...section.querySelectorAll("figure")];
          const choices = [...section.querySelectorAll(".choice")];
          const play = section.querySelector(".play"), time = section.querySelector(".time");
          const elements = figures.map(figure => figure.querySelector("audio"));
          elements.forEach(element => { element.controls = false; element.hidden = true; });
          const deck = new Deck(elements, changed);

          function changed() {
            figures.forEach((figure, index) => figure.classList.toggle("chosen", index === deck.chosen));
            choices.forEach((choice, index) => choice.setAttribute("aria-pressed", index === deck.chosen));
            play.textContent = deck.isPlaying ? "❚❚" : "▶";
            draw();
          }
          function draw() {
            const position = deck.position;
            time.textContent = position.toFixed(2) + " s";
            figures.forEach(figure => {
              const data = figure.querySelector(".spectrogram").dataset, head = figure.querySelector(".head");
              const share = Math.min(1, position / Math.max(Number(data.duration), 1e-9));
              const x = Number(data.left) + share * Number(data.width);
              head.setAttribute("x1", x);
              head.setAttribute("x2", x);
            });
            if (deck.isPlaying) requestAnimationFrame(draw);
          }
          const self = {
            section, deck,
            names: figures.map(figure => figure.querySelector("figcaption").textContent),
            elements,
            start() {
              all.forEach(other => { if (other !== self) other.deck.stop(); });
              active = self;
              deck.start();
            },
            choose(index) { if (index < elements.length) { active = self; deck.choose(index); } },
            toggle() { if (deck.isPlaying) deck.stop(); else self.start(); },
          };
          play.addEventListener("click", self.toggle);
          choices.forEach((choice, index) => choice.addEventListener("click", () => self.choose(index)));
          figures.forEach((figure, index) => {
            const picture = figure.querySelector(".spectrogram");
            function playFrom(seconds) {
              deck.stop();
              self.choose(index);
              deck.seek(seconds);
              self.start();
            }
            picture.addEventListener("click", event => {
              const box = picture.getBoundingClientRect(), scale = picture.viewBox.baseVal.width / box.width;
              const data = picture.dataset;
              const share = ((event.clientX - box.left) * scale - Number(data.left)) / Number(data.width);
              if (share <= 1) playFrom(Math.max(0, share) * Number(data.duration));
            });
            figure.querySelectorAll(".artefact").forEach(artefact => artefact.addEventListener("click", () =>
              playFrom(Math.max(0, Number(artefact.dataset.time) - 0.3))));
          });
          changed();
          return self;
        });
        active = all[0];
        document.addEventListener("keydown", event => {
          if (event.ctrlKey || event.metaKey || event.altKey || event.target.matches("input, select, summary")) return;
          if (test ? testKey(event.key) : pageKey(event.key)) event.preventDefault();
        });
        function pageKey(key) {
          if (!active) return false;
          if (key === " ") active.toggle();
          else if (key === "ArrowLeft") active.deck.seek(active.deck.position - 0.5);
          else if (key === "ArrowRight") active.deck.seek(active.deck.position + 0.5);
          else if (/^[1-9]$/.test(key)) active.choose(Number(key) - 1);
          else return false;
          return true;
        }

        """#
}
