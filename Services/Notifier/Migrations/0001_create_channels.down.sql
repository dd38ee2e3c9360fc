DROP TABLE publications;
DROP TABLE channels;
