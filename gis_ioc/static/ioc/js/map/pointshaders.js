/** GLSL of live points: a square for each, with an image or a disc in it. */
import { GLSL } from "./motion.js";
import { FIELD } from "./sprites.js";
import { LINE } from "./tabletexture.js";

export const VERTEX = `#version 300 es
precision highp float;
precision highp int;
${GLSL}
uniform mat4 u_matrix;
uniform vec2 u_half; // of the canvas, px
uniform float u_ratio, u_between, u_bearing, u_stale;
uniform bool u_circle;
uniform highp usampler2D u_looks;
out vec2 v_at; // device px from the middle
flat out vec4 v_fill, v_edge;
flat out float v_half, v_width;
flat out vec2 v_cell;
vec4 bytes(uint word) { return vec4(uvec4(word, word >> 8, word >> 16, word >> 24) & 255u); }
vec2 shorts(uint word) { return vec2(ivec2(int(word << 16), int(word)) >> 16); }
void main() {
  int number = gl_VertexID / 6;
  int corners[6] = int[6](0, 1, 2, 2, 1, 3);
  int turn = corners[gl_VertexID % 6];
  ivec2 cell = ivec2((number % ${LINE}) * 2, number / ${LINE});
  uvec4 first = texelFetch(u_looks, cell, 0);
  uvec4 second = texelFetch(u_looks, cell + ivec2(1, 0), 0);
  vec4 more = bytes(second.z);
  float age;
  vec2 at = place(first.x, age);
  float size = mix(float(first.w & 65535u), float(first.w >> 16), u_between) / 64.0 * u_ratio;
  float opacity = mix(more.x, more.y, u_between) / 255.0;
  opacity *= age > u_fresh ? u_stale : 1.0;
  v_width = more.z / 16.0 * u_ratio;
  float side = size + (u_circle ? v_width + u_ratio : 0.0);
  vec2 corner = vec2(turn & 1, turn >> 1) * 2.0 - 1.0;
  v_at = corner * side;
  vec2 shifted = v_at + shorts(second.y) / 16.0 * size / 16.0;
  float angle = float(second.x & 65535u) / 65536.0 * 6.283185307 - (more.w > 0.0 ? u_bearing : 0.0);
  vec2 turned = mat2(cos(angle), sin(angle), -sin(angle), cos(angle)) * shifted;
  vec4 middle = u_matrix * vec4(at * exp2(-32.0), 0.0, 1.0);
  middle.xy += turned * vec2(1.0, -1.0) / u_half * middle.w;
  gl_Position = size > 0.0 && opacity > 0.0 ? middle : vec4(2.0, 2.0, 2.0, 1.0);
  v_half = size;
  v_fill = bytes(first.y) / 255.0 * opacity;
  v_edge = bytes(first.z) / 255.0 * (u_circle ? (age > u_fresh ? u_stale : 1.0) : opacity);
  v_cell = vec2((second.x >> 16) % ${FIELD.across}u, (second.x >> 16) / ${FIELD.across}u);
}`;

export const FRAGMENT = `#version 300 es
precision highp float;
uniform sampler2D u_images;
uniform bool u_circle;
in vec2 v_at;
flat in vec4 v_fill, v_edge;
flat in float v_half, v_width;
flat in vec2 v_cell;
out vec4 color;
void main() {
  float off; // px outside the shape
  if (u_circle) off = length(v_at) - v_half;
  else {
    vec2 at = clamp(v_at / v_half * 0.5 + 0.5, 0.5 / ${FIELD.cell}.0, 1.0 - 0.5 / ${FIELD.cell}.0);
    float field = texture(u_images, (v_cell + at) / ${FIELD.across}.0).r;
    off = (0.75 - field) * ${FIELD.radius}.0 * (2.0 * v_half / ${FIELD.cell}.0);
  }
  float inside = clamp(0.5 - off, 0.0, 1.0);
  float ring = v_width > 0.0 ? clamp(0.5 - off + v_width, 0.0, 1.0) - inside : 0.0;
  color = v_fill * inside + v_edge * ring;
  if (color.a < 0.004) discard;
}`;
