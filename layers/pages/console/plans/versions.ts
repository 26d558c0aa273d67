/** The numbers of a plan's versions. */

/** The number in an ETag, such as 7 in `"7-d41d8cd9"`. */
export const versionOf = (etag: string): string => etag.replace(/^"/, "").split("-", 1)[0] ?? "";
