export { sqliteBackend } from './sqlite-backend.ts';
