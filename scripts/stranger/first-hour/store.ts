// Stands for the store of each first hour, whose program takes its place in the stranger's project.
export { open, transact } from './sqlite.ts';
