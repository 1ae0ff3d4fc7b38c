declare const printed: unique symbol

/** A `Content` as the bytes of its JSON. */
export type JsonBytes<Content> = Uint8Array<ArrayBuffer> & { readonly [printed]: Content }

const encoder = new TextEncoder()

/** Serializes an answer once, so that it can be cached, or shared by requests. */
export const jsonBytes = <Content>(content: Content): JsonBytes<Content> =>
  encoder.encode(JSON.stringify(content)) as JsonBytes<Content>
