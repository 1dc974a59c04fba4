// ---- loader: unpacks the page's script and runs it; the policy allows this one and that one alone

document.documentElement.classList.add("js");

async function load() {
  const packed = atob(document.getElementById("code").textContent);
  const bytes = Uint8Array.from(packed, (letter) => letter.charCodeAt(0));
  const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("deflate"));
  const script = document.createElement("script");
  script.textContent = await new Response(stream).text();
  document.body.append(script);
}

load();
