// Pages import the type alone: they must not carry the core.
export { PERMISSIONS, type Permission } from '@philjs/jobs-core/internal';
