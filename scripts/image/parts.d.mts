/** Every part of which there is an image, by name. */
export function imageParts(): Promise<Map<string, { name: string; folder: string; command: string }>>;
