// Lets Node find modules as the bundler does: without the ending of their names.
import { registerHooks } from "node:module";

const WITHOUT_ENDING = /^\.\.?\/(?:.*\/)?[^./]+$/;

registerHooks({
  resolve: (name, context, next) => next(WITHOUT_ENDING.test(name) ? `${name}.ts` : name, context),
});
