// ---- main: everything put together

async function start() {
  copyButtons();
  const state = new State(await readData());
  window.mnist = { state, preprocess, readPicture, Network, ACTIVATIONS, reading };
  Object.assign(window.mnist, { lossAt, deltasOf, backpropagate, moved, multipliedOut });
  Object.assign(window.mnist, { Generator, Training, trainingImages });
  const isLive = state.networks.length > 0;
  for (const section of document.querySelectorAll("main section")) {
    if (section.classList.contains("needs-network") && !isLive) continue;
    SECTIONS[section.id]?.(state, section, state.data.sections[section.id]);
  }
  document.documentElement.classList.add("ready");
  addEventListener("beforeprint", () => {
    for (const details of document.querySelectorAll("details")) details.open = true;
  });
}

function copyButtons() {
  for (const place of document.querySelectorAll(".command")) {
    const text = place.querySelector("code").textContent;
    const button = make("button", { type: "button" }, "Copy");
    button.addEventListener("click", async () => {
      button.textContent = (await copy(text)) ? "Copied" : "Press Ctrl+C";
      setTimeout(() => (button.textContent = "Copy"), 2000);
    });
    place.append(button);
  }
}

// A page from disk may not use the clipboard everywhere; then the text is at least selected.
async function copy(text) {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    const area = document.body.appendChild(make("textarea", { readonly: true }, text));
    area.select();
    const done = document.execCommand("copy");
    area.remove();
    return done;
  }
}

// The words are on the screen before the numbers are unpacked.
requestAnimationFrame(() => setTimeout(start));
