/** Types of the API, from its description: `make check` generates `payerworks-api`. */
import type { components, paths } from "payerworks-api";

export type Method = "get" | "post" | "put" | "patch" | "delete";
export type Schema<Name extends keyof components["schemas"]> = components["schemas"][Name];

type PathsWith<M extends Method> = {
  [P in keyof paths]: NonNullable<paths[P][M]> extends never ? never : P;
}[keyof paths];
/** The paths that have a method. */
export type Path<M extends Method> = PathsWith<M> & string;
type Operation<M extends Method, P extends Path<M>> = NonNullable<paths[P][M]>;

type Json<Answer> = Answer extends { content: { "application/json": infer Body } } ? Body : never;
type Success = 200 | 201 | 202 | 207;
/** The body of an operation's answer. */
export type Answer<M extends Method, P extends Path<M>> =
  Operation<M, P> extends { responses: infer All }
    ? { [S in keyof All & Success]: Json<All[S]> }[keyof All & Success]
    : never;

type Member<T, Name extends string> = T extends { [K in Name]?: infer V } ? NonNullable<V> : never;
/** An operation's query parameters; as an address has them, numbers may be texts. */
export type Query<M extends Method, P extends Path<M>> = Partial<
  Record<keyof Member<Member<Operation<M, P>, "parameters">, "query">, string | number | boolean | null | undefined>
>;
/** The body that an operation takes. */
export type Body<M extends Method, P extends Path<M>> =
  Member<Operation<M, P>, "requestBody"> extends { content: infer C } ? C[keyof C] : never;
