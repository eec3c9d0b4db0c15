/** What layers of our own drawing share: programs, attributes, precise matrices. */

/**
 * Column-major m × translation(x, y), in doubles, as float32 for the card.
 * @param {ArrayLike<number>} m
 * @param {number} x
 * @param {number} y
 */
export function shifted(m, x, y) {
  const out = Float32Array.from(m);
  for (let row = 0; row < 4; row++) out[12 + row] = m[row] * x + m[4 + row] * y + m[12 + row];
  return out;
}

/** @param {WebGL2RenderingContext} gl @param {string} vertex @param {string} fragment */
export function program(gl, vertex, fragment) {
  const made = gl.createProgram();
  for (const [kind, source] of /** @type {[number, string][]} */ ([
    [gl.VERTEX_SHADER, vertex],
    [gl.FRAGMENT_SHADER, fragment],
  ])) {
    const shader = /** @type {WebGLShader} */ (gl.createShader(kind));
    gl.shaderSource(shader, source);
    gl.compileShader(shader);
    gl.attachShader(made, shader);
    gl.deleteShader(shader);
  }
  gl.linkProgram(made);
  if (!gl.getProgramParameter(made, gl.LINK_STATUS) && !gl.isContextLost())
    throw new Error(gl.getProgramInfoLog(made) ?? "shader");
  return made;
}

/**
 * Where the uniforms of a program are, looked up once.
 * @param {WebGL2RenderingContext} gl
 * @param {WebGLProgram} used
 * @returns {Record<string, WebGLUniformLocation>}
 */
export function uniforms(gl, used) {
  /** @type {Record<string, any>} */
  const found = {};
  const count = gl.getProgramParameter(used, gl.ACTIVE_UNIFORMS) ?? 0;
  for (let i = 0; i < count; i++) {
    const { name } = /** @type {WebGLActiveInfo} */ (gl.getActiveUniform(used, i));
    found[name] = gl.getUniformLocation(used, name);
  }
  return found;
}

const BYTES = 4;

/**
 * @param {WebGL2RenderingContext} gl
 * @param {any} used program
 * @param {any} buffer
 * @param {number} floats of one row
 * @param {number} first row
 * @param {[string, number, number][]} columns name, how many floats, from which on
 * @param {number} [divisor] 1: one row is one instance
 */
export function attributes(gl, used, buffer, floats, first, columns, divisor = 0) {
  const vao = gl.createVertexArray();
  gl.bindVertexArray(vao);
  gl.bindBuffer(gl.ARRAY_BUFFER, buffer);
  for (const [name, size, from] of columns) {
    const place = gl.getAttribLocation(used, name);
    if (place < 0) continue;
    gl.enableVertexAttribArray(place);
    gl.vertexAttribPointer(place, size, gl.FLOAT, false, floats * BYTES, (first * floats + from) * BYTES);
    gl.vertexAttribDivisor(place, divisor);
  }
  return vao;
}
