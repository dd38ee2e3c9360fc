// Uses the TypeScript client of this repository against a running system.
//
// Usage: node use_typescript_client.js BASE_URL EMAIL PASSWORD SOCIETY
// Ends with an error when anything is not as the client's types say.
import { APIError, Client } from "../../clients/typescript/rovierr";

declare const process: { argv: string[] };

const [base, email, password, society] = process.argv.slice(2) as [string, string, string, string];

function check(isRight: boolean, what: string): void {
  if (!isRight) throw new Error(what);
}

async function refusal(call: Promise<unknown>): Promise<APIError> {
  const error = await call.then(() => undefined, (error) => error);
  check(error instanceof APIError, `It was not refused: ${error}`);
  return error;
}

/** Keeps cookies as a browser does, and sends them where it is told to. */
const cookies = new Map<string, string>();
const browser: typeof fetch = async (url, init = {}) => {
  const headers = new Headers(init.headers);
  if (init.credentials === "include" && cookies.size > 0) {
    headers.set("Cookie", Array.from(cookies, ([name, value]) => `${name}=${value}`).join("; "));
  }
  const response = await fetch(url, { ...init, headers });
  for (const cookie of (response.headers.get("Set-Cookie") ?? "").split(/,\s*(?=[\w-]+=)/)) {
    const [, name, value] = /^([\w-]+)=([^;]*)/.exec(cookie) ?? [];
    if (name && value) cookies.set(name, value);
  }
  return response;
};

async function main(): Promise<void> {
  const anonymous = new Client({ baseUrl: base });
  const session = await anonymous.auth.logIn({ email, password });
  const client = new Client({ baseUrl: base + "/", token: async () => session.accessToken ?? undefined });
  check((await client.auth.getOwnUser()).email === email, "Another user is signed in");

  let csrfToken: string | undefined;
  const cookie = { baseUrl: base, fetch: browser, credentials: "include" as const };
  const page = new Client({ ...cookie, csrfToken: () => csrfToken });
  csrfToken = (await page.auth.logIn({ email, password, cookie: true })).csrfToken ?? undefined;
  const form = await page.forms.createForm({ title: "Made in TypeScript", entityType: "society", entityId: society });
  const table = await page.forms.exportResponses({ id: form.id });
  check(typeof table === "string" && table.includes("\r\n"), `No table: ${table}`);
  const forged = await refusal(new Client(cookie).forms.deleteForm({ id: form.id }));
  check(forged.status === 403 && forged.code === "FORBIDDEN", `${forged.code} without the CSRF token`);
  await page.forms.deleteForm({ id: form.id });

  const elsewhere = await refusal(new Client({ baseUrl: base + "/elsewhere/" }).academic.listUniversities());
  check(elsewhere.status === 404, "The path of baseUrl is left out");

  // As a proxy answers that knows nothing of us.
  const headers = { "X-Request-Id": "proxy", "Retry-After": "Wed, 21 Oct 2026 07:28:00 GMT" };
  const proxy = async () => new Response("null", { status: 502, headers });
  const failure = await refusal(new Client({ baseUrl: base, fetch: proxy }).auth.getOwnUser());
  check(failure.code === "UNKNOWN" && failure.requestId === "proxy" && failure.retryAfter === undefined, `${failure}`);
}

void main();
