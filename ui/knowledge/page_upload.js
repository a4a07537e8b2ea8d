// Files on their way to the knowledge: chosen or dropped, sent with their progress, then followed as a job.

document.addEventListener("change", (event) => {
  if (event.target.id === "k-files" && event.target.files.length) sendFiles([...event.target.files]);
});

for (const name of ["dragenter", "dragover", "dragleave", "drop"]) {
  document.addEventListener(name, (event) => {
    const zone = document.querySelector(".k-drop-zone");
    if (!zone || !event.dataTransfer || ![...event.dataTransfer.types].includes("Files")) return;
    event.preventDefault();
    const over = event.target instanceof Element && event.target.closest(".k-drop-zone");
    zone.classList.toggle("k-over", Boolean(over) && name !== "drop");
    if (name === "drop" && over) sendFiles([...event.dataTransfer.files]);
  });
}

function sendFiles(files) {
  const form = $("k-upload"), told = $("k-sending");
  $("k-files").value = "";
  if (files.reduce((sum, file) => sum + file.size, 0) > MAX_BYTES) { notice({ text: say("toolarge"), grave: true }); return; }
  const data = new FormData();
  for (const file of files) data.append("files", file, file.name);
  for (const name of ["locale", "kind"]) if (form.elements[name].value) data.append(name, form.elements[name].value);
  const web = new XMLHttpRequest();
  web.upload.onprogress = (event) => { if (event.lengthComputable) told.textContent = say("sending").replace("{n}", String(Math.round((100 * event.loaded) / event.total))); };
  web.onloadend = () => {
    told.textContent = "";
    if (web.status === 202) { ask("upload"); return; }
    let why = web.status ? String(web.status) : "";
    try { why = JSON.parse(web.responseText).error.message; } catch { /* the gate answers in plain text */ }
    notice({ text: web.status === 413 ? say("toolarge") : say("refused").replace("{why}", why), grave: true });
  };
  web.open("POST", "/api/v1/knowledge/upload");
  web.send(data);
}
