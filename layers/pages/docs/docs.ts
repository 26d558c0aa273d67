/** GET /docs: Swagger UI, with a login whose token it then sends. The token is kept in memory alone. */
import "./docs.css";

interface SwaggerUi {
  preauthorizeApiKey(scheme: string, token: string): void;
}
declare const SwaggerUIBundle: (options: Record<string, unknown>) => SwaggerUi;

interface Parameter {
  required?: boolean;
  description?: string;
  example?: unknown;
}
interface Description {
  paths: Record<string, Record<string, { parameters?: Parameter[] }>>;
  components: { parameters: Record<string, Parameter> };
}

let token = "";
const ui = readDescription().then((spec) =>
  SwaggerUIBundle({
    spec,
    dom_id: "#api",
    deepLinking: true,
    docExpansion: "list",
    filter: true,
    displayRequestDuration: true,
    validatorUrl: null,
    queryConfigEnabled: false,
    // A login can be quicker than Swagger UI is with the description.
    onComplete: () => void authorize(),
  }),
);

/** The description, without examples that "Try it out" would send in every call: those of what may be left out. */
async function readDescription(): Promise<Description> {
  const spec: Description = await (await fetch("openapi.json")).json();
  const operations = Object.values(spec.paths).flatMap((path) => Object.values(path));
  const parameters = operations.flatMap((operation) => operation.parameters ?? []);
  for (const parameter of [...parameters, ...Object.values(spec.components.parameters)]) {
    if (parameter.required || parameter.example === undefined) continue;
    parameter.description = `${parameter.description ?? ""} Example: \`${parameter.example}\`.`;
    parameter.example = undefined;
  }
  return spec;
}

async function authorize(): Promise<void> {
  if (token) (await ui).preauthorizeApiKey("token", token);
}

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
  token = body.access_token;
  await authorize();
  form.reset();
  return `Logged in as ${body.email}. What you try out below is done for real.`;
}
