extension ComparisonPage {
    /// One position for all players of a recording; one recording plays at a time.
    static let script = """
        "use strict";
        const recordings = [...document.querySelectorAll(".recording")].map(section => {
          const figures = [...section.querySelectorAll("figure")];
          const players = figures.map(figure => figure.querySelector("audio"));
          const heads = figures.map(figure => figure.querySelector(".head"));
          const choices = [...section.querySelectorAll(".choice")];
          const play = section.querySelector(".play"), time = section.querySelector(".time");
          let chosen = 0, position = 0;

          const isPlaying = () => !players[chosen].paused;
          function show() {
            if (isPlaying()) position = players[chosen].currentTime;
            time.textContent = position.toFixed(2) + " s";
            figures.forEach((figure, index) => {
              const data = figure.querySelector(".spectrogram").dataset;
              const share = Math.min(1, position / Math.max(Number(data.duration), 1e-9));
              const x = Number(data.left) + share * Number(data.width);
              heads[index].setAttribute("x1", x);
              heads[index].setAttribute("x2", x);
            });
            play.textContent = isPlaying() ? "\\u275A\\u275A" : "\\u25B6";
            if (isPlaying()) requestAnimationFrame(show);
          }
          function mark() {
            figures.forEach((figure, index) => figure.classList.toggle("chosen", index === chosen));
            choices.forEach((choice, index) => choice.setAttribute("aria-pressed", index === chosen));
          }
          function seek(seconds) {
            position = Math.max(0, seconds);
            players[chosen].currentTime = position;
            show();
          }
          function start() {
            recordings.forEach(other => { if (other !== self) other.pause(); });
            active = self;
            const player = players[chosen];
            if (player.duration - position < 0.02) position = 0;
            player.currentTime = position;
            player.play().then(show, show);
          }
          function pause() {
            if (isPlaying()) position = players[chosen].currentTime;
            players[chosen].pause();
            show();
          }
          function choose(index) {
            if (index >= players.length || index === chosen) return;
            const wasPlaying = isPlaying();
            if (wasPlaying) pause();
            chosen = index;
            mark();
            players[chosen].currentTime = position;
            if (wasPlaying) start(); else show();
          }

          players.forEach(player => {
            player.controls = false;
            player.hidden = true;
            player.addEventListener("ended", () => { position = 0; show(); });
          });
          play.addEventListener("click", () => { active = self; isPlaying() ? pause() : start(); });
          choices.forEach((choice, index) => choice.addEventListener("click", () => { active = self; choose(index); }));
          figures.forEach((figure, index) => {
            const picture = figure.querySelector(".spectrogram");
            picture.addEventListener("click", event => {
              const box = picture.getBoundingClientRect(), scale = picture.viewBox.baseVal.width / box.width;
              const data = picture.dataset;
              const share = ((event.clientX - box.left) * scale - Number(data.left)) / Number(data.width);
              if (share > 1) return;
              choose(index);
              seek(share * Number(data.duration));
              if (!isPlaying()) start();
            });
          });
          const self = { pause, choose, toggle: () => { isPlaying() ? pause() : start(); }, move: by => seek(position + by) };
          mark();
          show();
          return self;
        });
        let active = recordings[0];
        document.addEventListener("keydown", event => {
          if (!active || event.ctrlKey || event.metaKey || event.altKey) return;
          if (event.key === " ") active.toggle();
          else if (event.key === "ArrowLeft") active.move(-0.5);
          else if (event.key === "ArrowRight") active.move(0.5);
          else if (/^[1-9]$/.test(event.key)) active.choose(Number(event.key) - 1);
          else return;
          event.preventDefault();
        });
        """
}
