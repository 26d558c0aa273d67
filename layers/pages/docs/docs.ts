/** GET /docs: Swagger UI, with a login whose token it then sends. The token is kept in memory alone. */
import "./docs.css";

interface SwaggerUi {
  preauthorizeApiKey(scheme: string, token: string): void;
}
declare const SwaggerUIBundle: (options: Record<string, unknown>) => SwaggerUi;

const ui = SwaggerUIBundle({
  url: "openapi.json",
  dom_id: "#api",
  deepLinking: true,
  docExpansion: "list",
  filter: true,
  displayRequestDuration: true,
  validatorUrl: null,
  queryConfigEnabled: false,
});

const FIELDS = [
  { name: "email", label: "E-mail", type: "email", autocomplete: "username", required: true },
  { name: "password", label: "Password", type: "password", autocomplete: "current-password", required: true },
  { name: "otp", label: "Code of the second factor", type: "text", autocomplete: "one-time-code", required: false },
] as const;

const form = document.createElement("form");
const inputs = FIELDS.map((field) => {
  const label = document.createElement("label");
  const input = document.createElement("input");
  Object.assign(input, field);
  label.append(field.label, input);
  form.append(label);
  return input;
});
const button = document.createElement("button");
button.textContent = "Log in";
const message = document.createElement("p");
message.setAttribute("role", "status");
form.append(button, message);
document.getElementById("login")?.append(form);

form.addEventListener("submit", async (event) => {
  event.preventDefault();
  button.disabled = true;
  message.textContent = "Logging in …";
  message.textContent = await logIn().catch(() => "The API cannot be reached. Try again.");
  button.disabled = false;
});

async function logIn(): Promise<string> {
  const filled = inputs.filter((input) => input.value).map((input) => [input.name, input.value]);
  const answer = await fetch("auth/login", {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify(Object.fromEntries(filled)),
  });
  const body = await answer.json();
  if (!answer.ok) return body.detail ?? "The login failed.";
  ui.preauthorizeApiKey("token", body.access_token);
  form.reset();
  return `Logged in as ${body.email}. What you try out below is done for real.`;
}
