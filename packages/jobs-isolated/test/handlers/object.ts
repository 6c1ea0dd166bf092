export default { handler: (): number => 1 };
