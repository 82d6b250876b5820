module.exports = ['hello']
