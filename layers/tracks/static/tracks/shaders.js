/** GLSL of the replay: legs as wide lines cut by time, vessels as shapes. */

/**
 * A leg is two points with their times; four corners are made of each. What of it
 * lies within (u_now - u_tail, u_now) is drawn, older parts fainter.
 */
export const LEG_VERTEX = `#version 300 es
uniform mat4 u_matrix;
uniform vec2 u_half; // half of the canvas in px
uniform float u_now, u_tail, u_width;
uniform vec3 u_colors[6];
in vec2 a_from, a_to, a_times;
in float a_color;
out float v_age, v_along;
out vec3 v_color;
void main() {
  float span = max(a_times.y - a_times.x, 0.001);
  float first = clamp((u_now - u_tail - a_times.x) / span, 0.0, 1.0);
  float last = clamp((u_now - a_times.x) / span, 0.0, 1.0);
  vec4 p = u_matrix * vec4(mix(a_from, a_to, first), 0.0, 1.0);
  vec4 q = u_matrix * vec4(mix(a_from, a_to, last), 0.0, 1.0);
  vec2 way = (q.xy / q.w - p.xy / p.w) * u_half;
  float size = length(way);
  bool end = (gl_VertexID & 1) == 1;
  float side = gl_VertexID > 1 ? 1.0 : -1.0;
  vec4 place = end ? q : p;
  if (size > 0.0) {
    vec2 across = vec2(-way.y, way.x) / size;
    place.xy += across * side * u_width / u_half * place.w;
  }
  gl_Position = first < last ? place : vec4(2.0, 2.0, 2.0, 1.0);
  v_along = end ? size : 0.0;
  v_age = (u_now - mix(a_times.x, a_times.y, end ? last : first)) / u_tail;
  v_color = u_colors[int(a_color)];
}`;

export const LEG_FRAGMENT = `#version 300 es
precision highp float;
uniform float u_dash, u_least, u_alpha;
in float v_age, v_along;
in vec3 v_color;
out vec4 color;
void main() {
  if (u_dash > 0.0 && mod(v_along, u_dash) > 0.55 * u_dash) discard;
  float alpha = u_alpha * max(u_least, 1.0 - clamp(v_age, 0.0, 1.0));
  color = vec4(v_color * alpha, alpha);
}`;

export const MARK_VERTEX = `#version 300 es
uniform mat4 u_matrix;
uniform float u_size;
uniform vec3 u_colors[6];
in vec2 a_place;
in float a_course, a_state, a_color;
out vec2 v_turn;
out float v_state;
out vec3 v_color;
void main() {
  gl_Position = u_matrix * vec4(a_place, 0.0, 1.0);
  gl_PointSize = u_size;
  v_turn = vec2(cos(a_course), sin(a_course));
  v_state = a_state;
  v_color = u_colors[int(a_color)];
}`;

/** 1: on the way, a dart; 2: still, a disc; 3: silent, a grey ring; 4: not believed, a ring. */
export const MARK_FRAGMENT = `#version 300 es
precision highp float;
uniform float u_size;
uniform vec3 u_edge, u_silent, u_doubt;
in vec2 v_turn;
in float v_state;
in vec3 v_color;
out vec4 color;
float dart(vec2 p) {
  vec2 q = vec2(abs(p.x), p.y);
  float side = dot(q - vec2(0.0, -0.8), normalize(vec2(1.35, -0.52)));
  float stern = dot(q - vec2(0.0, 0.32), normalize(vec2(-0.38, 1.0)));
  return max(side, stern);
}
void main() {
  vec2 p = (gl_PointCoord - 0.5) * 2.0;
  float px = 2.0 / u_size;
  vec2 turned = vec2(p.x * v_turn.x + p.y * v_turn.y, p.y * v_turn.x - p.x * v_turn.y);
  float body = v_state < 1.5 ? dart(turned) : length(p) - 0.42;
  bool hollow = v_state > 2.5;
  vec3 own = v_state > 3.5 ? u_doubt : hollow ? u_silent : v_color;
  float line = 2.2 * px;
  float fill = 1.0 - smoothstep(-px, px, body);
  if (hollow) fill *= smoothstep(-line - px, -line + px, body);
  float halo = 1.0 - smoothstep(line - px, line + px, hollow ? abs(body + 0.5 * line) - 0.5 * line : body);
  float alpha = max(fill, halo * 0.75);
  if (alpha < 0.01) discard;
  color = vec4(mix(u_edge, own, fill) * alpha, alpha);
}`;
