throw new RangeError('no licence');
