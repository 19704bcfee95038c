/** What whoever starts a server tells it on its standard input, once there is a record by which it can be found. */
export const RECORDED = 'recorded';
