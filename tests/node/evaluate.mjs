// Evaluates the expressions of steps with GitHub's own library, a line for each step, until there are no more.
// In: {"context": {…}, "failed": boolean, "templates": {name: text}, "condition": text}
// Out: {"templates": {name: text}, "condition": boolean}, or {"error": text}
import { Evaluator, Lexer, Parser, data } from "@actions/expressions";
import { truthy } from "@actions/expressions/result";
import { createInterface } from "node:readline";

function value(json) {
  switch (typeof json) {
    case "string":
      return new data.StringData(json);
    case "number":
      return new data.NumberData(json);
    case "boolean":
      return new data.BooleanData(json);
  }
  if (json === null) return new data.Null();
  if (Array.isArray(json)) return new data.Array(...json.map(value));
  return new data.Dictionary(...Object.entries(json).map(([key, part]) => ({ key, value: value(part) })));
}

function status(name, answer) {
  return [name, { name, minArgs: 0, maxArgs: 0, call: () => new data.BooleanData(answer) }];
}

function answer(input) {
  const functions = [
    status("always", true),
    status("cancelled", false),
    status("failure", input.failed),
    status("success", !input.failed),
  ];
  const context = value(input.context);

  function evaluate(text) {
    const tokens = new Lexer(text).lex().tokens;
    const expression = new Parser(tokens, Object.keys(input.context), functions.map(([, each]) => each)).parse();
    return new Evaluator(expression, context, new Map(functions)).evaluate();
  }

  function fill(template) {
    return template.replaceAll(/\$\{\{(.*?)\}\}/gs, (_, text) => evaluate(text).coerceString());
  }

  // A condition that asks for no status means: and nothing has failed.
  function holds(condition) {
    const text = condition.replace(/^\s*\$\{\{(.*)\}\}\s*$/s, "$1");
    const asks = /\b(always|cancelled|failure|success)\s*\(/i.test(text);
    return (asks || !input.failed) && truthy(evaluate(text));
  }

  const templates = Object.entries(input.templates).map(([name, template]) => [name, fill(template)]);
  return { templates: Object.fromEntries(templates), condition: holds(input.condition) };
}

for await (const line of createInterface({ input: process.stdin })) {
  try {
    console.log(JSON.stringify(answer(JSON.parse(line))));
  } catch (error) {
    console.log(JSON.stringify({ error: String(error) }));
  }
}
