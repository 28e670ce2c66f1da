/** The look that pictures of `inspect` share. */
export const pictureStyle = {
  background: 'white',
  color: '#1c1917',
  fontFamily: 'Inter, Helvetica, Arial, sans-serif',
} as const;

/** The heading of a picture. */
export const headingStyle = { frameAnchor: 'top-left', dx: -52, fontSize: 14, fontWeight: 600 } as const;
