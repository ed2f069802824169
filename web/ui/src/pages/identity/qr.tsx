// A QR code, drawn in the browser, so that no service learns its content.
import { encode } from "uqr";

export function QrCode(props: { text: string; spoken: string }) {
  const { data, size } = encode(props.text, { border: 4, ecc: "M" });
  let path = "";
  data.forEach((row, y) => row.forEach((dark, x) => {
    if (dark) path += `M${x} ${y}h1v1h-1z`;
  }));
  return (
    <svg class="qr" viewBox={`0 0 ${size} ${size}`} role="img" aria-label={props.spoken} shape-rendering="crispEdges">
      <path d={path} />
    </svg>
  );
}
