DROP TABLE members;
DROP TABLE societies;
