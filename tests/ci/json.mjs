// The parser packages import JSON in the way of bundlers; Node wants to be told that it is JSON.
import { register } from "node:module";

const hooks = `export const load = (url, context, next) =>
  next(url, url.endsWith(".json") ? { ...context, importAttributes: { type: "json" } } : context);`;
register("data:text/javascript," + encodeURIComponent(hooks));
