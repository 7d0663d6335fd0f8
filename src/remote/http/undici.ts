// By name: the bundle gives a dynamic import of a CommonJS package no named exports.
export { Agent, ProxyAgent } from 'undici';
