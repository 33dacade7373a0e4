/* Programs on this computer, behind sockets on loopback. Every wait ends: in time, or when the person gives up. */
"use strict";
(() => {
  const ANSWER_MS = 3000;
  const CLOCK_SECONDS = 120; // further off, dates of certificates and challenges begin to matter
  const ASKED_MS = 60000; // the browser first asks the person whether this page may reach this computer

  /** What went wrong: `cause` names the page's sentence, `told` is what the program itself says about it. */
  class Trouble extends Error {
    constructor(cause, told = "") {
      super(cause);
      Object.assign(this, { cause, told });
    }
  }

  /** What `start(resolve, reject)` comes to, within `limit` milliseconds and before `signal` says to stop. */
  function within(limit, signal, start, late = "timeout") {
    let timer;
    return new Promise((resolve, reject) => {
      const stop = () => reject(new Trouble("stopped"));
      if (signal.aborted) return stop();
      timer = setTimeout(() => reject(new Trouble(late)), limit);
      signal.addEventListener("abort", stop, { once: true });
      start(resolve, reject);
    }).finally(() => clearTimeout(timer));
  }

  /** The browser's own permission for programs on this computer, if it has one; its name differs by version. */
  async function permission() {
    if (/^(localhost|127\.)/.test(location.hostname)) return "not-needed"; // the portal itself is on this computer
    for (const name of ["loopback-network", "local-network-access"]) {
      try {
        return (await navigator.permissions.query({ name })).state;
      } catch (unknownName) { /* the next name */ }
    }
    return "not-needed";
  }

  /** A socket to whatever listens there. */
  async function open(address, signal) {
    const limit = (await permission()) === "prompt" ? ASKED_MS : ANSWER_MS;
    const socket = new WebSocket(address);
    try {
      await within(limit, signal, (resolve, reject) => {
        socket.onopen = resolve;
        socket.onclose = () => reject(new Trouble("nobody"));
      });
    } catch (failure) {
      socket.close();
      throw failure;
    }
    return socket;
  }

  /** One message and the answer to it. */
  function exchange(socket, message, limit, signal) {
    return within(limit, signal, (resolve, reject) => {
      if (socket.readyState !== WebSocket.OPEN) return reject(new Trouble("cut-off"));
      socket.onclose = () => reject(new Trouble("cut-off"));
      socket.onmessage = ({ data }) => resolve(String(data));
      socket.send(message);
    });
  }

  /** Why nobody was reached: the browser does not say, but it tells what it was told to allow. */
  async function unreached(program) {
    return new Trouble((await permission()) === "denied" ? "blocked" : `${program}-no-program`);
  }

  /** The cause that a program's own words name, where they do; no two programs have the same numbers for these. */
  function named(told) {
    const causes = [
      [/cancel|hủy|huỷ/i, "cancelled"],
      [/is locked|bị khóa|bị khoá/i, "pin-locked"],
      [/\bPIN\b/i, "wrong-pin"],
      [/no token|no certificate|không tìm thấy chứng thư/i, "no-certificate"],
    ];
    return causes.find(([words]) => words.test(told))?.[1];
  }

  /** JSON that a program has sent. */
  function read(text) {
    try {
      return Object(JSON.parse(text));
    } catch (noJson) {
      throw new Trouble("unreadable");
    }
  }

  /** The day in a date as programs write it, 2026-11-26 or 26/11/2026, as YYYY-MM-DD; empty where there is none. */
  function day(text) {
    const [, y, m, d] = /(\d{4})-(\d\d)-(\d\d)/.exec(text) || [];
    const [, dd, mm, yyyy] = /(\d\d?)\/(\d\d?)\/(\d{4})/.exec(text) || [];
    if (y) return `${y}-${m}-${d}`;
    return yyyy ? `${yyyy}-${mm.padStart(2, "0")}-${dd.padStart(2, "0")}` : "";
  }

  /** What a check says of a certificate with these dates, none where there is no certificate. */
  function certificate(from, until) {
    const dates = { "certificate-from": day(from), "certificate-until": day(until) };
    const today = day(new Date().toISOString());
    if (!dates["certificate-until"]) return [{ certificate: "unreadable" }, "certificate-unreadable"];
    if (dates["certificate-until"] < today)
      return [{ certificate: "expired", ...dates }, "certificate-expired", dates["certificate-until"]];
    if (dates["certificate-from"] > today)
      return [{ certificate: "early", ...dates }, "certificate-early", dates["certificate-from"]];
    return [{ certificate: "valid", ...dates }, "certificate-valid", dates["certificate-until"]];
  }

  /** What a check says of a version. */
  function version(text) {
    const known = /^\d{1,6}([.+-][0-9A-Za-z]{1,10}){0,5}$/.test(text);
    return known ? [{ version: text }, "version-known", text] : [{ version: "unknown" }, "version-unknown"];
  }

  /** Which browser and system, by the words that browsers say of themselves. */
  function machine() {
    const agent = navigator.userAgent;
    const known = { edge: /Edg\/(\d+)/, firefox: /Firefox\/(\d+)/, chrome: /Chrome\/(\d+)/, safari: /Version\/(\d+).*Safari/ };
    const [browser, number] = Object.entries(known)
      .map(([name, version]) => [name, version.exec(agent)?.[1]])
      .find(([, version]) => version) || ["other"];
    const systems = { phone: /Android|iPhone|iPad|Mobile/, windows: /Windows/, macos: /Mac OS/, linux: /Linux|CrOS/ };
    const [system] = Object.entries(systems).find(([, word]) => word.test(agent)) || ["other"];
    return { browser: [browser, number].filter(Boolean).join(" "), system };
  }

  /** What a check says of this computer's clock, beside the server's. */
  async function clock() {
    const answer = await fetch(location.pathname, { method: "HEAD", cache: "no-store" }).catch(() => null);
    const ahead = Math.round((Date.now() - Date.parse(answer?.headers.get("Date"))) / 1000);
    if (Number.isNaN(ahead)) return [{ clock: "unknown" }, "clock-unknown"];
    const off = Math.abs(ahead);
    if (off > CLOCK_SECONDS) return [{ clock: String(ahead) }, "clock-wrong", Math.round(off / 60)];
    return [{ clock: String(ahead) }, "clock-right"];
  }

  window.usbComputer = {
    ANSWER_MS, SIGN_MS: 180000, // a person looks for the PIN
    Trouble, within, permission, open, exchange, unreached, named, read, certificate, version,
    machine, clock,
  };
})();
